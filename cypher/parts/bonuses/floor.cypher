// Exact to minor units, the rest dropped, below zero too.
//
// mode:    fragment
// params:  unit: INTEGER, parts: INTEGER
// returns: none
// insert:  whole

<<whole>>
