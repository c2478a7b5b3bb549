// Whether anybody is below one standing, in either tree of the run.
//
// mode:    fragment
// params:  none
// returns: none

EXISTS { (standing)<-[:UNDER]-() } OR EXISTS { (standing)<-[:ENROLLED_UNDER]-() }
