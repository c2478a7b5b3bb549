// Of one of these statuses.
//
// mode:    fragment
// params:  statuses: LIST<STRING>
// returns: none

below.status IN $statuses
