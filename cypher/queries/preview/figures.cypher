// What everybody in a run is compared by: member, personal volume, group volume, active, qualified rank, rank, and what
// each bonus earned.
//
// mode:    read
// params:  run: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
RETURN collect([
  standing.member_id, standing.personal_volume, standing.group_volume, coalesce(standing.active, true),
  standing.qualified_rank, standing.rank,
  COLLECT { MATCH (standing)<-[:EARNED_BY]-(earning) RETURN [earning.bonus, earning.amount] }
]) AS rows
