// Take back the earnings from elsewhere that an unfinished change brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (earned:OutsideEarning {import_no: $number})
CALL (earned) {
  DETACH DELETE earned
} IN TRANSACTIONS OF 10000 ROWS
