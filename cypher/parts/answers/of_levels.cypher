// The standings of one run on some levels.
//
// mode:    fragment
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: standing: NODE

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
