// Take back the members that an unfinished change brought, under its own number or a later one.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (member:Member)
WHERE member.import_no >= $number
CALL (member) {
  DETACH DELETE member
} IN TRANSACTIONS OF 10000 ROWS
