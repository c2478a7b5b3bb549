// One column of one requirement rule.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  kind, column

WHEN '<<kind>>' THEN (<<column>>)
