// How many frontline members are active.
//
// mode:    fragment
// stage:   volumes
// params:  none
// returns: none

SET standing.active_legs = COUNT { (standing)<-[:UNDER]-(below) WHERE below.active }
