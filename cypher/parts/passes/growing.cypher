// One pass over levels that it creates itself: standings created on one level are visited on the next.
//
// mode:    write
// params:  run: INTEGER, depths: LIST<INTEGER>, levels: INTEGER
// returns: none
// insert:  visit, depth

UNWIND $depths AS depth
CALL (depth) {
  MATCH (standing:Standing {run: $run, <<depth>>: depth})
  USING INDEX SEEK standing:Standing(run, <<depth>>)
  CALL (standing) {
    <<visit>>
  }
} IN TRANSACTIONS OF $levels ROWS
