// Some orders with what they refund; the buyer of a refund is the buyer of the order that it takes back.
//
// mode:    read
// params:  order_ids: LIST<STRING>
// returns: order: MAP, customer: STRING, refund_of: STRING, buyer_id: STRING, currencies: LIST<STRING>, corrects: BOOLEAN
// insert:  within
//
// Only orders that are credited to a member within reach today.

UNWIND $order_ids AS order_id
MATCH (order:Order {order_id: order_id})
OPTIONAL MATCH (member:Member {member_id: order.member_id})
USING INDEX SEEK member:Member(member_id)
WITH order, member WHERE <<within>>
OPTIONAL MATCH (order)-[:BOUGHT_BY]->(customer:Customer)
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
OPTIONAL MATCH (company:Company {key: 'company'})
RETURN properties(order) AS order, customer.name AS customer, refunded.order_id AS refund_of,
  CASE WHEN refunded IS NULL THEN order.customer_id ELSE refunded.customer_id END AS buyer_id,
  company.currencies AS currencies, order:Correcting AS corrects
