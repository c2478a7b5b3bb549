// Take back the orders that an unfinished import brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (order:Order {import_no: $number})
CALL (order) {
  DETACH DELETE order
} IN TRANSACTIONS OF 10000 ROWS
