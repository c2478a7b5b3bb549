// One pass over one writer's part of the standings on some levels of a run, in any order.
//
// mode:    write
// params:  run: INTEGER, shallowest: INTEGER, deepest: INTEGER
// returns: none
// insert:  visit, part

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE $shallowest <= standing.depth <= $deepest AND <<part>>
CALL (standing) {
  <<visit>>
} IN TRANSACTIONS OF 5000 ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
