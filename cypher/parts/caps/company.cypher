// Scale every gain from some bonuses by one fraction; where several share a room, what `caps/remainders` gave on top.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, room: INTEGER, whole: INTEGER
// returns: none
// insert:  portion, more

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
CALL (earning) {
  WITH earning, $room AS room, $whole AS whole
  WITH earning, whole, <<portion>> AS portion
  WITH earning, portion[0] + <<more>> AS kept
  SET earning.cut = coalesce(earning.cut, 0) + earning.amount - kept, earning.amount = kept, earning.remainder = null
} IN TRANSACTIONS OF 5000 ROWS
