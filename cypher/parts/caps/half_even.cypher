// What rounding adds to a portion, by the plan's rule half_even.
//
// mode:    fragment
// params:  none
// returns: more: INTEGER

CASE WHEN 2 * portion[1] > whole OR (2 * portion[1] = whole AND portion[0] % 2 = 1) THEN 1 ELSE 0 END
