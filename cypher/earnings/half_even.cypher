// Exact to minor units, halves to the even neighbour; the sign is kept apart.
//
// mode:    fragment
// params:  unit: INTEGER, parts: INTEGER
// returns: none
// insert:  whole, rest

sign(exact) * (<<whole>> + CASE
  WHEN 2 * (<<rest>>) > $parts THEN 1
  WHEN 2 * (<<rest>>) = $parts AND (<<whole>>) % 2 = 1 THEN 1 ELSE 0 END)
