// The orders of members on some levels.
//
// mode:    fragment
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: source: NODE

MATCH (source:Standing {run: $run})
WHERE source.depth >= $first AND source.depth <= $last AND source.orders > 0
