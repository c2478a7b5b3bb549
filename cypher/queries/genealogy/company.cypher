// The company's settings, the last change that counts and the newest one, which alone may be unfinished.
//
// mode:    read
// params:  none
// returns: one_tree: BOOLEAN, time_zone: STRING, last_change: INTEGER, newest: MAP

OPTIONAL MATCH (company:Company {key: 'company'})
RETURN company.one_tree AS one_tree, company.time_zone AS time_zone, company.last_change AS last_change,
  COLLECT {
    MATCH (change:Change)
    WHERE change.number > 0
    RETURN change {.*} AS facts
    ORDER BY change.number DESC
    LIMIT 1
  }[0] AS newest
