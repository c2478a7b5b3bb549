// Stand the members directly below one standing, as of the period's last day.
//
// mode:    fragment
// params:  run: INTEGER, day: DATE, floor: INTEGER
// returns: none
// insert:  edge, facts, leg

MATCH (above:Member {member_id: standing.member_id})<-[edge:<<edge>>]-(member:Member)
USING INDEX SEEK above:Member(member_id)
WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND member.enrolled_on <= $day
<<facts>>
CREATE (:Standing {
  run: $run, member_id: member.member_id, depth: standing.depth + 1, status: member.status,
  active: member.status = 'active' AND personal_volume >= $floor, orders: orders,
  personal_volume: personal_volume, commissionable_volume: commissionable_volume,
  customer_volume: customer_volume, group_volume: personal_volume, qualified_rank: 0, rank: 0, best_rank: 0,
  own_orders: own_orders, customer_orders: customer_orders
})-[:UNDER<<leg>>]->(standing)
