// Parts to minor units, halves away from zero; the sign is kept apart.
//
// mode:    fragment
// params:  parts: INTEGER
// returns: none

sign(exact) * (abs(exact) / $parts + CASE WHEN 2 * (abs(exact) % $parts) >= $parts THEN 1 ELSE 0 END)
