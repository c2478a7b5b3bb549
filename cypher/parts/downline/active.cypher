// Active in the period, or not.
//
// mode:    fragment
// params:  active: BOOLEAN
// returns: none

below.active = $active
