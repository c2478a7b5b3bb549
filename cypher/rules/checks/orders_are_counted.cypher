// Every order of the period is counted by one standing, or is left out because of its kind or because its member enrolled after the period.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER
//
// A run of an earlier release does not say when its period begins and ends, and is not checked.

MATCH (run:Run {number: $run})
WHERE run.ends_at IS NOT NULL
CALL (run) {
  MATCH (standing:Standing {run: run.number})
  USING INDEX SEEK standing:Standing(run, depth)
  WHERE standing.depth >= 0
  RETURN sum(standing.orders) AS counted
}
CALL (run) {
  UNWIND range(1, run.cut) AS import_no
  MATCH (order:Order {import_no: import_no})
  USING INDEX SEEK order:Order(import_no, ordered_at)
  WHERE order.ordered_at >= run.begins_at AND order.ordered_at < run.ends_at
  RETURN count(*) AS due
}
// Only where these differ are kinds and members read.
WITH run, counted, due
WHERE counted <> due
CALL (run) {
  UNWIND range(1, run.cut) AS import_no
  MATCH (order:Order {import_no: import_no})
  USING INDEX SEEK order:Order(import_no, ordered_at)
  WHERE order.ordered_at >= run.begins_at AND order.ordered_at < run.ends_at AND NOT order.kind IN run.excluded_kinds
  MATCH (order)-[:CREDITED_TO]->(member:Member)
  WHERE member.enrolled_on <= run.last_day
  RETURN count(*) AS expected
}
WITH counted, expected
WHERE counted <> expected
RETURN 'orders of the period' AS where, expected, counted AS actual
LIMIT $shown
