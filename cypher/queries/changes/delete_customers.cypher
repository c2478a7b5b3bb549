// Take back the customers that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (customer:Customer {import_no: $number})
CALL (customer) {
  DETACH DELETE customer
} IN TRANSACTIONS OF 10000 ROWS
