// The ranks of an earlier run by number, as its plan called them.
//
// mode:    read
// params:  previous: INTEGER
// returns: ranks: LIST<STRING>

MATCH (run:Run {number: $previous})
RETURN run.ranks AS ranks
