// What is stored of these orders; those that are not stored are left out. When they were placed,
// and at the end from when on they count, come in microseconds since 1970
// (as a duration, for epochSeconds is one too high before 1970 where there are fractions of a second).
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: orders: LIST<LIST<ANY>>

UNWIND $ids AS order_id
MATCH (order:Order {order_id: order_id})
OPTIONAL MATCH (order)-[:REFUNDS]->(refunded:Order)
WITH order, refunded, coalesce(order.placed_at, order.ordered_at) AS at, datetime('1970-01-01T00:00:00Z') AS zero
WITH order, refunded, at, duration.inSeconds(zero, at).seconds AS seconds,
  duration.inSeconds(zero, order.ordered_at).seconds AS counted
RETURN collect([
  order.order_id, seconds * 1000000 + at.microsecond,
  order.member_id, order.customer_id, order.kind, order.qualifying_volume, order.commissionable_volume,
  order.amount, order.currency, refunded.order_id,
  counted * 1000000 + order.ordered_at.microsecond
]) AS orders
