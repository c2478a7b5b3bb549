// Exact to minor units, the rest dropped; the sign is kept apart.
//
// mode:    fragment
// params:  unit: INTEGER, parts: INTEGER
// returns: none
// insert:  whole

sign(exact) * (<<whole>>)
