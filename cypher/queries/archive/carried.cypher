// What the next period reads of the standings of some levels, each value as it is stored.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, names: LIST<STRING>
// returns: carried: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
UNWIND $names AS name
WITH standing, name, standing[name] AS held
WHERE held IS NOT NULL
RETURN collect([standing.member_id, name, held]) AS carried
