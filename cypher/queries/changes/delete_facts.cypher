// Take back the facts that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (fact:Fact {import_no: $number})
CALL (fact) {
  DETACH DELETE fact
} IN TRANSACTIONS OF 10000 ROWS
