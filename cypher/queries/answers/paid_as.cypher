// Members who were paid as a rank in a run, in the middle of what such members earned first.
//
// mode:    read
// params:  run: INTEGER, rank: INTEGER, most: INTEGER
// returns: member_ids: LIST<STRING>

MATCH (standing:Standing {run: $run})
WHERE standing.rank = $rank AND standing.earned > 0
WITH standing ORDER BY standing.earned, standing.member_id
WITH collect(standing.member_id) AS ordered
RETURN ordered[toInteger(size(ordered) / 2)..toInteger(size(ordered) / 2) + $most] AS member_ids
