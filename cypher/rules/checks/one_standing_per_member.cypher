// Every member enrolled by the period's last day has exactly one standing.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (run:Run {number: $run})
CALL (run) {
  MATCH (member:Member)
  WHERE member.enrolled_on <= run.last_day AND member.import_no <= run.cut
  RETURN count(*) AS enrolled
}
CALL (run) {
  MATCH (standing:Standing {run: $run})
  USING INDEX SEEK standing:Standing(run, depth)
  WHERE standing.depth >= 0
  RETURN count(standing) AS standing, count(DISTINCT standing.member_id) AS different
}
UNWIND [['standings of the run', standing], ['members with a standing', different]] AS counted
WITH counted, enrolled WHERE counted[1] <> enrolled
RETURN counted[0] AS where, enrolled AS expected, counted[1] AS actual
LIMIT $shown
