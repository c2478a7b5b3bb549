// Exact to minor units, halves to the even neighbour.
//
// mode:    fragment
// params:  unit: INTEGER, parts: INTEGER
// returns: none
// insert:  whole, rest

<<whole>> + CASE
  WHEN 2 * <<rest>> < $parts THEN 0
  WHEN 2 * <<rest>> > $parts OR (<<whole>>) % 2 <> 0 THEN sign(exact) ELSE 0 END
