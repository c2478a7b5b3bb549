// What each customer of a member bought in the period, in qualifying volume, refunds taken off.
//
// mode:    fragment
// stage:   volumes
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: none

WITH standing WHERE standing.orders > 0
MATCH (order:Order {member_id: standing.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.customer_id IS NOT NULL AND order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
WITH standing, order.customer_id AS customer_id, sum(order.qualifying_volume) AS bought
WITH standing, bought ORDER BY bought DESC
WITH standing, collect(bought) AS customer_volumes
SET standing.customer_volumes = customer_volumes
