// The figures and earnings of some levels, in a fixed order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:EARNED_BY]-(earning:Earning)
  WITH earning ORDER BY earning.bonus
  RETURN collect([earning.bonus, earning.amount, earning.exact]) AS earnings
}
WITH standing, earnings ORDER BY standing.member_id
RETURN collect([
  standing.member_id, standing.active, standing.personal_volume, standing.commissionable_volume,
  standing.group_volume, standing.qualified_rank, standing.rank, earnings
]) AS rows
