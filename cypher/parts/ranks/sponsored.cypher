// The members whom one standing sponsors in person, with the figures that requirement rules read.
//
// mode:    fragment
// params:  none
// returns: none

COLLECT {
  MATCH (standing)<-[:ENROLLED_UNDER]-(recruit)
  RETURN {
    member_id: recruit.member_id, active: recruit.active, personal_volume: recruit.personal_volume,
    group_span: recruit.group_span, qualified_rank: recruit.qualified_rank
  }
}
