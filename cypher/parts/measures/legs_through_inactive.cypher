// How many legs hold an active member at their head, or, where the head is not active, at the heads below.
//
// mode:    fragment
// stage:   volumes
// params:  none
// returns: none

SET standing.legs_through_inactive = COUNT { (standing)<-[:UNDER]-(below) WHERE below.heads_inactive > 0 }
