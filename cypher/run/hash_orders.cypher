// The orders that a run counted for members of some levels, in a fixed order, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: rows: LIST<LIST<ANY>>

MATCH (source:Standing {run: $run})
WHERE source.depth >= $first AND source.depth <= $last AND source.orders > 0
MATCH (order:Order {member_id: source.member_id})
USING INDEX order:Order(member_id, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
WITH order ORDER BY order.order_id
RETURN collect([
  order.order_id, order.ordered_at.epochMillis, order.member_id, order.customer_id, order.kind,
  order.qualifying_volume, order.commissionable_volume
]) AS rows
