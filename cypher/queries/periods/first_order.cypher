// The first order between two instants, null where there is none.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME
// returns: at: DATETIME

MATCH (order:Order)
WHERE order.import_no > 0 AND $start <= order.ordered_at < $end
RETURN min(order.ordered_at) AS at
