// The standings of some levels as rows, by member id.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
OPTIONAL MATCH (standing)-[edge:UNDER]->(parent)
OPTIONAL MATCH (standing)-[:ENROLLED_UNDER]->(sponsor)
WITH standing, edge, parent, sponsor ORDER BY standing.depth, standing.member_id
RETURN collect([
  standing.member_id, parent.member_id, edge.leg, sponsor.member_id, standing.depth, standing.status,
  standing.active, standing.orders, standing.personal_volume, standing.commissionable_volume,
  standing.customer_volume, standing.group_volume, standing.qualified_rank, standing.rank,
  coalesce(standing.lifetime_rank, 0),
  coalesce(standing.earned, 0), standing.accumulated_personal_volume, standing.accumulated_group_volume
]) AS rows
