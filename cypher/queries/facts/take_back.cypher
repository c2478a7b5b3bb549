// Remove the facts and overrides that an interrupted import brought.
//
// mode:    write
// params:  number: INTEGER
// returns: none

CALL () {
  MATCH (fact:Fact {import_no: $number})
  RETURN fact AS brought
  UNION
  MATCH (override:Override {import_no: $number})
  RETURN override AS brought
}
CALL (brought) {
  DETACH DELETE brought
} IN TRANSACTIONS OF 10000 ROWS
