// Exact to minor units, halves away from zero.
//
// mode:    fragment
// params:  unit: INTEGER, parts: INTEGER
// returns: none
// insert:  whole, rest

<<whole>> + CASE WHEN 2 * <<rest>> >= $parts THEN sign(exact) ELSE 0 END
