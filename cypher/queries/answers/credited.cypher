// Which member each of some orders is credited to.
//
// mode:    read
// params:  order_ids: LIST<STRING>
// returns: order_id: STRING, member_id: STRING

UNWIND $order_ids AS order_id
MATCH (order:Order {order_id: order_id})
RETURN order_id, order.member_id AS member_id
