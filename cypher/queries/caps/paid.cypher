// What some bonuses pay together, in minor units: gains, and losses from refunds.
//
// mode:    read
// params:  run: INTEGER, bonuses: LIST<STRING>
// returns: gains: INTEGER, losses: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning)
WHERE earning.bonus IN $bonuses
RETURN sum(CASE WHEN earning.amount > 0 THEN earning.amount ELSE 0 END) AS gains,
  sum(CASE WHEN earning.amount < 0 THEN earning.amount ELSE 0 END) AS losses
