// Pushing volume up moves it: all personal volumes together stay what members and customers ordered.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH sum(coalesce(standing.own_volume, standing.personal_volume)) AS own, sum(standing.personal_volume) AS personal
WHERE own <> personal
RETURN 'personal volume of all' AS where, own AS expected, personal AS actual
LIMIT $shown
