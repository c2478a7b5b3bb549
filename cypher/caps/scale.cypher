// Scale every earning of some bonuses by one fraction.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, numerator: INTEGER, denominator: INTEGER
// returns: none

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
CALL (earning) {
  WITH earning, earning.amount / $denominator * $numerator
    + earning.amount % $denominator * $numerator / $denominator AS kept
  SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept
} IN TRANSACTIONS OF 5000 ROWS
