// How many legs hold an active member at their head, or, where the head is terminated or a customer, at the heads below.
//
// mode:    fragment
// stage:   volumes
// params:  none
// returns: none

SET standing.legs_through_terminated = COUNT { (standing)<-[:UNDER]-(below) WHERE below.heads_terminated > 0 }
