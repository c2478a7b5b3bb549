// Take back the overrides that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (override:Override {import_no: $number})
CALL (override) {
  DETACH DELETE override
} IN TRANSACTIONS OF 10000 ROWS
