// One pass over all standings of a run in any order, several writers side by side.
//
// mode:    write
// params:  run: INTEGER, writers: INTEGER
// returns: none
// insert:  visit

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
CALL (standing) {
  <<visit>>
} IN $writers CONCURRENT TRANSACTIONS OF 5000 ROWS
