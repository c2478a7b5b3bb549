// A value of a line, or another one where the line's figures are no whole numbers.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  whole, value, otherwise

CASE WHEN <<whole>> THEN <<value>> ELSE <<otherwise>> END
