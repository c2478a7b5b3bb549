// Limit what one position earns from some bonuses together, by paid-as rank; several are scaled pro rata.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, caps: LIST<INTEGER>
// returns: none
// insert:  portion

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses
WITH standing, sum(earning.amount) AS total, collect(earning) AS earnings,
  sum(CASE WHEN earning.amount > 0 THEN earning.amount ELSE 0 END) AS whole
WHERE total > $caps[standing.rank]
WITH earnings, whole, $caps[standing.rank] - total + whole AS room
CALL (earnings, whole, room) {
  UNWIND earnings AS earning
  WITH earning, whole, room WHERE earning.amount > 0
  WITH earning, <<portion>> AS kept
  SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept
} IN TRANSACTIONS OF 2000 ROWS
