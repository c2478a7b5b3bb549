// Take back the orders that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (order:Order {import_no: $number})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at IS NOT NULL
CALL (order) {
  DETACH DELETE order
} IN TRANSACTIONS OF 10000 ROWS
