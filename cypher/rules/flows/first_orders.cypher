// The ids of a member's first orders of all time, of the kinds that a bonus counts; refunds are none.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<STRING>
// shows:   first_orders: TEXTS = state

WITH standing, rule
WHERE rule.first_orders IS NOT NULL AND standing.orders > 0
WITH standing AS source, rule
<<all_orders>>
WITH rule, order
WHERE (size(rule.kinds) = 0 OR order.kind IN rule.kinds) AND order.kind <> 'refund'
  AND (coalesce(rule.customers, true) OR order.customer_id IS NULL)
WITH rule.first_orders AS first_orders, order ORDER BY order.ordered_at, order.order_id
WITH first_orders, collect(order.order_id) AS ids
RETURN ids[..first_orders] AS state
