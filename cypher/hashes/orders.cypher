// The orders that a run counted for members of some levels, as parallel columns in no order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: order_id: LIST<STRING>, at: LIST<INTEGER>, member_id: LIST<STRING>, customer_id: LIST<STRING>, kind: LIST<STRING>, qualifying_volume: LIST<INTEGER>, commissionable_volume: LIST<INTEGER>

MATCH (source:Standing {run: $run})
USING INDEX SEEK source:Standing(run, depth)
WHERE source.depth >= $first AND source.depth <= $last AND source.orders > 0
MATCH (order:Order {member_id: source.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
RETURN
  collect(order.order_id) AS order_id, collect(order.ordered_at.epochMillis) AS at,
  collect(order.member_id) AS member_id, collect(coalesce(order.customer_id, '')) AS customer_id,
  collect(order.kind) AS kind, collect(order.qualifying_volume) AS qualifying_volume,
  collect(order.commissionable_volume) AS commissionable_volume
