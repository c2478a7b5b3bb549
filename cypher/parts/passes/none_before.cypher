// No state of a flow before this period: the flow carries none, or no earlier run is there.
//
// mode:    fragment
// params:  none
// returns: before: LIST<INTEGER>

RETURN null AS before
