// How many orders with volume a member placed in the period, and how many the member's customers.
//
// mode:    fragment
// stage:   volumes
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: none

WITH standing WHERE standing.orders > 0
MATCH (order:Order {member_id: standing.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
  AND (order.qualifying_volume > 0 OR order.commissionable_volume > 0)
WITH standing, sum(CASE WHEN order.customer_id IS NULL THEN 1 ELSE 0 END) AS own, count(*) AS placed
SET standing.orders_placed = [own, placed - own]
