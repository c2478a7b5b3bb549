// Limit what one position earns from some bonuses together, by paid-as rank; several gains are scaled pro rata.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, caps: LIST<INTEGER>
// returns: none
// insert:  keep, together

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses
WITH standing, collect([standing.member_id, earning]) AS earnings
WITH standing, earnings, <<together>> AS sums
WITH standing, earnings, sums[0] AS total, sums[1] AS whole
WHERE total > $caps[standing.rank]
WITH earnings, whole, $caps[standing.rank] - total + whole AS room
CALL (earnings, whole, room) {
  <<keep>>
} IN TRANSACTIONS OF 2000 ROWS
