// Stand every member who is enrolled by the period's last day and has nobody enrolled above them: the roots.
//
// mode:    read-write
// params:  run: INTEGER, day: DATE, floor: INTEGER
// returns: standings: INTEGER
// insert:  edge, facts

MATCH (member:Member)
WHERE member.enrolled_on <= $day
  AND NOT EXISTS {
    MATCH (member)-[edge:<<edge>>]->(parent:Member)
    WHERE edge.since <= $day AND (edge.until IS NULL OR edge.until > $day) AND parent.enrolled_on <= $day
  }
CALL (member) {
  <<facts>>
  CREATE (:Standing {
    run: $run, member_id: member.member_id, depth: 0, status: member.status,
    active: member.status = 'active' AND personal_volume >= $floor, orders: orders,
    personal_volume: personal_volume, commissionable_volume: commissionable_volume,
    customer_volume: customer_volume, group_volume: personal_volume, qualified_rank: 0, rank: 0, best_rank: 0,
    own_orders: own_orders, customer_orders: customer_orders
  })
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS standings
