// Whether a member has earned something that a matching bonus could match.
//
// mode:    fragment
// params:  none
// returns: none

(source.paid_elsewhere IS NOT NULL OR EXISTS { (source)<-[:EARNED_BY]-() })
