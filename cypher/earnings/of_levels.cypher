// The orders of members on some levels.
//
// mode:    fragment
// params:  first: INTEGER, last: INTEGER
// returns: none

source.depth >= $first AND source.depth <= $last AND source.orders > 0
