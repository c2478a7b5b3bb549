// The period's orders of one source of volume, as the run counted them.
//
// mode:    fragment
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: order: NODE

MATCH (order:Order {member_id: source.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND order.import_no <= $cut AND NOT order.kind IN $excluded
