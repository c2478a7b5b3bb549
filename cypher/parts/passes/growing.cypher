// One pass over levels that it creates itself: standings created on one level are visited on the next.
//
// mode:    write
// params:  run: INTEGER, shallowest: INTEGER, deepest: INTEGER, step: INTEGER, levels: INTEGER
// returns: none
// insert:  visit, depth
//
// Numbers and no list of depths: the server plans a statement anew for a list of another length.

UNWIND range($shallowest, $deepest, $step) AS depth
CALL (depth) {
  MATCH (standing:Standing {run: $run, <<depth>>: depth})
  USING INDEX SEEK standing:Standing(run, <<depth>>)
  CALL (standing) {
    <<visit>>
  }
} IN TRANSACTIONS OF $levels ROWS
