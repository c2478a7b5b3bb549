// The group volumes of the roots hold every member's personal volume exactly once.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH sum(standing.personal_volume) AS personal,
  sum(CASE WHEN standing.depth = 0 THEN standing.group_volume ELSE 0 END) AS rolled_up
WHERE personal <> rolled_up
RETURN 'group volume of all roots' AS where, personal AS expected, rolled_up AS actual
LIMIT $shown
