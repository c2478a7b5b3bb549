// The orders that some refunds take back, each with the member who is credited with it.
//
// mode:    read
// params:  order_ids: LIST<STRING>
// returns: order_id: STRING, member_id: STRING

UNWIND $order_ids AS order_id
MATCH (:Order {order_id: order_id})-[:REFUNDS*1..]->(order:Order)
RETURN DISTINCT order.order_id AS order_id, order.member_id AS member_id
