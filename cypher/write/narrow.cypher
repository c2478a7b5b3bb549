// One pass over many narrow levels, in the order given: later levels see what earlier ones wrote.
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
