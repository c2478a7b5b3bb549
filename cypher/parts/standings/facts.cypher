// The volumes of one standing's orders of the period: their sums, and a list of the volumes that pay.
//
// mode:    fragment
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>, customers: BOOLEAN
// returns: personal_volume: INTEGER, commissionable_volume: INTEGER, customer_volume: INTEGER, orders: INTEGER, own_orders: LIST<INTEGER>, customer_orders: LIST<INTEGER>
//
// A standing without such orders has no list. A refund counts among own or customers' orders like the order that
// it takes back. Bonuses round line by line, so they need the volume of each order, and read it here without
// searching for the order again.

CALL (standing) {
  MATCH (order:Order {member_id: standing.member_id})
  USING INDEX SEEK order:Order(member_id, ordered_at)
  WHERE order.ordered_at >= $start AND order.ordered_at < $end
    AND order.import_no <= $cut AND NOT order.kind IN $excluded
  WITH order, CASE order.kind WHEN 'refund' THEN order END AS refund
  OPTIONAL MATCH (refund)-[:REFUNDS]->(bought)
  WITH order, order.commissionable_volume AS volume, coalesce(bought, order).customer_id IS NULL AS own
  RETURN
    sum(CASE WHEN $customers OR order.customer_id IS NULL THEN order.qualifying_volume ELSE 0 END) AS personal_volume,
    sum(volume) AS commissionable_volume,
    sum(CASE WHEN order.customer_id IS NULL THEN 0 ELSE volume END) AS customer_volume,
    count(*) AS orders,
    nullIf(collect(CASE WHEN own AND volume <> 0 THEN volume END), []) AS own_orders,
    nullIf(collect(CASE WHEN NOT own AND volume <> 0 THEN volume END), []) AS customer_orders
}
