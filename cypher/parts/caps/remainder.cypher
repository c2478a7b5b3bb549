// What the largest remainders add to a portion.
//
// mode:    fragment
// params:  none
// returns: more: INTEGER

coalesce(earning.remainder, 0)
