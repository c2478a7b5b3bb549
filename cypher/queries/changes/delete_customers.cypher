// Take back the customers that an unfinished change brought, under its own number or a later one.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (customer:Customer)
WHERE customer.import_no >= $number
CALL (customer) {
  DETACH DELETE customer
} IN TRANSACTIONS OF 10000 ROWS
