// The company, and its unfinished import if there is one.
//
// mode:    read
// params:  none
// returns: one_tree: BOOLEAN, time_zone: STRING, last_import: INTEGER, unfinished: MAP, newest: INTEGER

OPTIONAL MATCH (company:Company {key: 'company'})
OPTIONAL MATCH (load:Import {state: 'running'})
WITH company, properties(load) AS unfinished ORDER BY unfinished.number DESC LIMIT 1
OPTIONAL MATCH (any:Import)
RETURN
  company.one_tree AS one_tree, company.time_zone AS time_zone, company.last_import AS last_import,
  unfinished, coalesce(max(any.number), 0) AS newest
