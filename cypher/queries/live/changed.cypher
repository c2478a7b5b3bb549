// Members whose orders of the period came with imports that a live run has not seen yet.
//
// mode:    read
// params:  seen: INTEGER, start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: member_ids: LIST<STRING>, orders: INTEGER

MATCH (order:Order)
WHERE order.import_no > $seen AND order.import_no <= $cut
  AND order.ordered_at >= $start AND order.ordered_at < $end AND NOT order.kind IN $excluded
RETURN collect(DISTINCT order.member_id) AS member_ids, count(*) AS orders
