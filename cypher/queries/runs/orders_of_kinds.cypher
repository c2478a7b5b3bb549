// How many orders of a period are of some kinds.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, kinds: LIST<STRING>
// returns: orders: INTEGER

UNWIND range(1, $cut) AS import_no
MATCH (order:Order {import_no: import_no})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end AND order.kind IN $kinds
RETURN count(*) AS orders
