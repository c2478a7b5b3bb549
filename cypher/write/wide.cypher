// One pass over one wide level, several writers side by side: each standing is visited once. Where two writers
// wait for each other, the server tries the batch again.
//
// mode:    write
// params:  run: INTEGER, depth: INTEGER, writers: INTEGER
// returns: none
// insert:  visit, depth

MATCH (standing:Standing {run: $run, <<depth>>: $depth})
USING INDEX SEEK standing:Standing(run, <<depth>>)
CALL (standing) {
  <<visit>>
} IN $writers CONCURRENT TRANSACTIONS OF 2000 ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
