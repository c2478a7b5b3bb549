// The members on some levels, or those of them with orders.
//
// mode:    fragment
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: source: NODE
// insert:  sources

MATCH (source:Standing {run: $run})
WHERE source.depth >= $first AND source.depth <= $last AND <<sources>>
