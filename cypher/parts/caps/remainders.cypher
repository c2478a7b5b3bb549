// Give the units that remain of a room to the gains with the largest remainders, one each: as in `caps/keep`.
//
// mode:    write
// params:  run: INTEGER, bonuses: LIST<STRING>, room: INTEGER, whole: INTEGER, rest: INTEGER
// returns: none
// insert:  portion

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
WITH standing.member_id AS member_id, earning, $room AS room, $whole AS whole,
  [place IN range(0, size($bonuses) - 1) WHERE $bonuses[place] = earning.bonus][0] AS named
WITH member_id, earning, named, <<portion>> AS portion
ORDER BY portion[1] DESC, member_id, named LIMIT $rest
CALL (earning) {
  SET earning.remainder = 1
} IN TRANSACTIONS OF 5000 ROWS
