// What caps took from one bonus, in minor units.
//
// mode:    read
// params:  run: INTEGER, bonus: STRING
// returns: cut: INTEGER

MATCH (standing:Standing {run: $run})<-[:EARNED_BY]-(earning {bonus: $bonus})
RETURN sum(earning.cut) AS cut
