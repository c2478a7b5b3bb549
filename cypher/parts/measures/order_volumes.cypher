// The qualifying volume of each order that a member or the member's customers placed in the period, own orders first.
//
// mode:    fragment
// stage:   volumes
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: none
//
// The orders are those that orders_placed counts; order_kinds and order_volumes list them alike.

WITH standing WHERE standing.orders > 0
MATCH (order:Order {member_id: standing.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
  AND (order.qualifying_volume > 0 OR order.commissionable_volume > 0)
WITH standing, order ORDER BY order.customer_id IS NOT NULL, order.ordered_at, order.order_id
WITH standing, collect(order.qualifying_volume) AS listed
SET standing.order_volumes = listed
