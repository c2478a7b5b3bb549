// What rounding adds to a portion, by the plan's rule half_up.
//
// mode:    fragment
// params:  none
// returns: more: INTEGER

CASE WHEN 2 * portion[1] >= whole THEN 1 ELSE 0 END
