// The company's settings and closed periods, the last change that counts and the newest one, which alone may be unfinished,
// with the seconds since its heartbeat; the server's clock, which never says less than that change; and the
// first day on which something planned holds.
//
// mode:    read
// params:  none
// returns: one_tree: BOOLEAN, time_zone: STRING, remarked_refunds: LIST<STRING>, currencies: LIST<STRING>, last_change: INTEGER, newest: MAP, idle: INTEGER, clock: DATETIME, next_turn: DATE, closed: LIST<STRING>, in_review: LIST<STRING>, two_person: BOOLEAN, late_orders: STRING, corrected_ranks: STRING

OPTIONAL MATCH (company:Company {key: 'company'})
CALL () {
  OPTIONAL MATCH (change:Change)
  WHERE change.number > 0
  RETURN change
  ORDER BY change.number DESC
  LIMIT 1
}
RETURN company.one_tree AS one_tree, company.time_zone AS time_zone, company.remarked_refunds AS remarked_refunds,
  company.currencies AS currencies, company.last_change AS last_change,
  change {.*} AS newest, duration.inSeconds(change.heartbeat_at, datetime()).seconds AS idle,
  CASE WHEN change.finished_at > datetime() THEN change.finished_at ELSE datetime() END AS clock,
  company.next_turn AS next_turn,
  company.closed AS closed, company.in_review AS in_review, company.two_person AS two_person,
  company.late_orders AS late_orders, company.corrected_ranks AS corrected_ranks
