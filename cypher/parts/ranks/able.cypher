// Whether one standing could have a rank, or somebody below it, where every rank asks for activity.
//
// mode:    fragment
// params:  none
// returns: none

standing.active OR standing.earlier_ranks IS NOT NULL OR standing.forced_rank IS NOT NULL
  OR EXISTS { (standing)<-[:UNDER]-() }
