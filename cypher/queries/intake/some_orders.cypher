// One page of orders: those after a given one, in order of their ids. Instants come in microseconds since 1970 (as in
// known_orders); the last one is there of late orders alone (what corrects a closed period counts
// with it there as well).
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: orders: LIST<LIST<ANY>>

MATCH (order:Order)
USING INDEX SEEK order:Order(order_id)
WHERE order.order_id > $after
WITH order ORDER BY order.order_id LIMIT $size
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
WITH order, refunded, coalesce(order.placed_at, order.ordered_at) AS at, datetime('1970-01-01T00:00:00Z') AS zero
WITH order, refunded, at, duration.inSeconds(zero, at).seconds AS seconds,
  duration.inSeconds(zero, order.ordered_at).seconds AS counted
ORDER BY order.order_id
RETURN collect([
  order.order_id, seconds * 1000000 + at.microsecond,
  order.member_id, order.kind, order.qualifying_volume, order.commissionable_volume,
  order.amount, order.currency, order.customer_id, refunded.order_id,
  CASE WHEN order.placed_at IS NOT NULL AND NOT order:Correcting THEN counted * 1000000 + order.ordered_at.microsecond END
]) AS orders
