// One counted order of each of some members, where there is one.
//
// mode:    read
// params:  members: LIST<STRING>, start: DATETIME, end: DATETIME, excluded: LIST<STRING>
// returns: member_id: STRING, order_id: STRING

UNWIND $members AS member_id
CALL (member_id) {
  MATCH (order:Order {member_id: member_id})
  WHERE $start <= order.ordered_at AND order.ordered_at < $end AND NOT order.kind IN $excluded
  RETURN order.order_id AS order_id
  LIMIT 1
}
RETURN member_id, order_id
