// How many orders of a period each import brought, of those known to a run; imports without any are left out.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER
// returns: import_no: INTEGER, orders: INTEGER

UNWIND range(1, $cut) AS import_no
MATCH (order:Order {import_no: import_no})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
RETURN import_no, count(*) AS orders
ORDER BY import_no
