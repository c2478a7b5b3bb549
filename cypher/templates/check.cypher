// Describe in one sentence what must hold in every run. A run for which this returns a row does not count.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0 AND standing.group_volume < 0
RETURN standing.member_id AS where, 0 AS expected, standing.group_volume AS actual
ORDER BY where LIMIT $shown
