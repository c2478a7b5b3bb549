// One pass over one writer's part of a wide level: together several writers visit each standing once. Where two writers
// wait for each other, the server tries the batch again.
//
// mode:    write
// params:  run: INTEGER, depth: INTEGER
// returns: none
// insert:  visit, depth, part

MATCH (standing:Standing {run: $run, <<depth>>: $depth})
USING INDEX SEEK standing:Standing(run, <<depth>>)
WHERE <<part>>
CALL (standing) {
  <<visit>>
} IN TRANSACTIONS OF 2000 ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
