// The orders of some imports and a stretch of time, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  imports: LIST<INTEGER>, start: DATETIME, end: DATETIME, excluded: LIST<STRING>
// returns: order_id: LIST<STRING>, at: LIST<INTEGER>, member_id: LIST<STRING>, customer_id: LIST<STRING>, kind: LIST<STRING>, qualifying_volume: LIST<INTEGER>, commissionable_volume: LIST<INTEGER>
//
// By import and not by member: one stretch of an index in place of a search for each standing.

UNWIND $imports AS import_no
MATCH (order:Order {import_no: import_no})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end AND NOT order.kind IN $excluded
RETURN
  collect(order.order_id) AS order_id, collect(order.ordered_at.epochMillis) AS at,
  collect(order.member_id) AS member_id, collect(coalesce(order.customer_id, '')) AS customer_id,
  collect(order.kind) AS kind, collect(order.qualifying_volume) AS qualifying_volume,
  collect(order.commissionable_volume) AS commissionable_volume
