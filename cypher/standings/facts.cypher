// What one member's standing starts from: the volumes of the period's orders.
//
// mode:    fragment
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>, customers: BOOLEAN
// returns: personal_volume: INTEGER, commissionable_volume: INTEGER, customer_volume: INTEGER, orders: INTEGER

CALL (member) {
  MATCH (order:Order {member_id: member.member_id})
  USING INDEX SEEK order:Order(member_id, ordered_at)
  WHERE order.ordered_at >= $start AND order.ordered_at < $end
    AND order.import_no <= $cut AND NOT order.kind IN $excluded
  RETURN
    sum(CASE WHEN $customers OR order.customer_id IS NULL THEN order.qualifying_volume ELSE 0 END) AS personal_volume,
    sum(order.commissionable_volume) AS commissionable_volume,
    sum(CASE WHEN order.customer_id IS NULL THEN 0 ELSE order.commissionable_volume END) AS customer_volume,
    count(*) AS orders
}
