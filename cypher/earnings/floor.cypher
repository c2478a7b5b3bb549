// Parts to minor units, the rest dropped; the sign is kept apart.
//
// mode:    fragment
// params:  parts: INTEGER
// returns: none

sign(exact) * (abs(exact) / $parts)
