// Limit what one position earns from some bonuses together; several are scaled pro rata.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, cap: INTEGER
// returns: none

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
WITH standing, sum(earning.amount) AS total, collect(earning) AS earnings
WHERE total > $cap
CALL (total, earnings) {
  UNWIND earnings AS earning
  WITH earning, earning.amount / total * $cap + earning.amount % total * $cap / total AS kept
  SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept
} IN TRANSACTIONS OF 2000 ROWS
