// Take back the openings that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (opening:Opening {import_no: $number})
CALL (opening) {
  DETACH DELETE opening
} IN TRANSACTIONS OF 10000 ROWS
