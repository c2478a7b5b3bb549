// Take back the members that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (member:Member {import_no: $number})
CALL (member) {
  DETACH DELETE member
} IN TRANSACTIONS OF 10000 ROWS
