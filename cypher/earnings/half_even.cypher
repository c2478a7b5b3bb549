// Parts to minor units, halves to the even neighbour; the sign is kept apart.
//
// mode:    fragment
// params:  parts: INTEGER
// returns: none

sign(exact) * (abs(exact) / $parts + CASE
  WHEN 2 * (abs(exact) % $parts) > $parts THEN 1
  WHEN 2 * (abs(exact) % $parts) = $parts AND (abs(exact) / $parts) % 2 = 1 THEN 1 ELSE 0 END)
