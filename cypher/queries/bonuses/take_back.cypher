// Take back what was stored of one bonus of a run under way, so that it can be computed again.
//
// mode:    write
// params:  run: INTEGER, bonus: STRING
// returns: none

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
MATCH (standing)<-[:EARNED_BY]-(earning {bonus: $bonus})
CALL (earning) {
  DETACH DELETE earning
} IN TRANSACTIONS OF 5000 ROWS
