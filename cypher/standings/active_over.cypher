// Judge activity by the personal volume of some days up to the period's end, where a plan asks for more than the period.
//
// mode:    write
// params:  run: INTEGER, floor: INTEGER, start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>, customers: BOOLEAN
// returns: none
// insert:  facts

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
CALL (standing) {
  WITH standing AS member
  <<facts>>
  RETURN personal_volume
}
CALL (standing, personal_volume) {
  SET standing.active = standing.status = 'active' AND personal_volume >= coalesce(standing.floor, $floor)
} IN TRANSACTIONS OF 5000 ROWS
