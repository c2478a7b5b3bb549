// How many members that a member sponsors in person are active, wherever they are placed.
//
// mode:    fragment
// stage:   volumes
// params:  none
// returns: none

SET standing.active_recruits = COUNT { (standing)<-[:ENROLLED_UNDER]-(recruit) WHERE recruit.active }
