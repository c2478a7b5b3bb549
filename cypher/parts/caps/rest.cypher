// What is left of a room when every gain from some bonuses has its portion in whole minor units.
//
// mode:    read
// params:  run: INTEGER, bonuses: LIST<STRING>, room: INTEGER, whole: INTEGER
// returns: rest: INTEGER
// insert:  portion

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses AND earning.amount > 0
WITH earning, $room AS room, $whole AS whole
WITH <<portion>> AS portion
RETURN $room - coalesce(sum(portion[0]), 0) AS rest
