// One column of one overlay's compression rule.
//
// mode:    fragment
// params:  overlays: LIST<MAP>
// returns: none
// insert:  first, after, column

[rule IN $overlays[<<first>>..<<after>>] | <<column>>][0]
