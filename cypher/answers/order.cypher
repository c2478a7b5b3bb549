// One order with what it refunds and the import that brought it.
//
// mode:    read
// params:  order_id: STRING
// returns: order: MAP, customer: STRING, refund_of: STRING

MATCH (order:Order {order_id: $order_id})
OPTIONAL MATCH (order)-[:BOUGHT_BY]->(customer:Customer)
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
RETURN properties(order) AS order, customer.name AS customer, refunded.order_id AS refund_of
