// One order with what it refunds and the import that brought it; the buyer of a refund is that of the order it takes back.
//
// mode:    read
// params:  order_id: STRING
// returns: order: MAP, customer: STRING, refund_of: STRING, buyer_id: STRING

MATCH (order:Order {order_id: $order_id})
OPTIONAL MATCH (order)-[:BOUGHT_BY]->(customer:Customer)
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
RETURN properties(order) AS order, customer.name AS customer, refunded.order_id AS refund_of,
  CASE WHEN refunded IS NULL THEN order.customer_id ELSE refunded.customer_id END AS buyer_id
