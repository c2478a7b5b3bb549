// Count the personal figures of some standings again from the period's orders.
//
// mode:    read-write
// params:  run: INTEGER, member_ids: LIST<STRING>, floor: INTEGER
// returns: standings: INTEGER
// insert:  facts

UNWIND $member_ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
<<facts>>
SET standing.personal_volume = personal_volume, standing.commissionable_volume = commissionable_volume,
  standing.customer_volume = customer_volume, standing.orders = orders,
  standing.own_orders = own_orders, standing.customer_orders = customer_orders,
  standing.active = standing.status = 'active' AND (personal_volume >= $floor OR coalesce(standing.waived, false))
RETURN count(*) AS standings
