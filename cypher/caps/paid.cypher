// What some bonuses pay together, in minor units.
//
// mode:    read
// params:  run: INTEGER, bonuses: LIST<STRING>
// returns: paid: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning:Earning)
WHERE earning.bonus IN $bonuses
RETURN sum(earning.amount) AS paid
