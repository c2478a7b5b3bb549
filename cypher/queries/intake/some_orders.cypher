// One page of orders: those after a given one, in order of their ids. The instant comes in microseconds since 1970 (as in
// known_orders).
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: orders: LIST<LIST<ANY>>

MATCH (order:Order)
USING INDEX SEEK order:Order(order_id)
WHERE order.order_id > $after
WITH order ORDER BY order.order_id LIMIT $size
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
WITH order, refunded, duration.inSeconds(datetime('1970-01-01T00:00:00Z'), order.ordered_at).seconds AS seconds
ORDER BY order.order_id
RETURN collect([
  order.order_id, seconds * 1000000 + order.ordered_at.microsecond,
  order.member_id, order.kind, order.qualifying_volume, order.commissionable_volume,
  order.amount, order.currency, order.customer_id, refunded.order_id
]) AS orders
