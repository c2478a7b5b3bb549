// Scale every gain from some bonuses by one fraction.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, room: INTEGER, whole: INTEGER
// returns: none
// insert:  portion

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
CALL (earning) {
  WITH earning, CASE WHEN $room < 0 THEN 0 ELSE $room END AS room, $whole AS whole
  WITH earning, <<portion>> AS kept
  SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept
} IN TRANSACTIONS OF 5000 ROWS
