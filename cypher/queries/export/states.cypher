// What a bonus's flow left on the standings of some levels, by member id.
//
// mode:    read
// params:  run: INTEGER, state: STRING, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last AND standing[$state] IS NOT NULL
WITH standing ORDER BY standing.depth, standing.member_id
RETURN collect([standing.member_id, standing[$state]]) AS rows
