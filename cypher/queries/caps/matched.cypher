// Note what caps have taken before others match on these earnings: `cut` may grow later, `cut_before` does not.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>
// returns: none

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses AND earning.cut IS NOT NULL
CALL (earning) {
  SET earning.cut_before = earning.cut
} IN TRANSACTIONS OF 5000 ROWS
