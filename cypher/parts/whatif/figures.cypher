// What a member is compared by: personal volume, group volume, active, qualified rank, rank, and what each bonus earned.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  standing

[
  <<standing>>.personal_volume, <<standing>>.group_volume, coalesce(<<standing>>.active, true),
  <<standing>>.qualified_rank, <<standing>>.rank,
  COLLECT { MATCH (<<standing>>)<-[:EARNED_BY]-(earning) RETURN [earning.bonus, earning.amount] }
]
