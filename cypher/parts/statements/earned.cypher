// The sum of one member's earnings, on the standing.
//
// mode:    fragment
// params:  none
// returns: none
//
// By additions: past 64 bits they are refused, where sum() goes on with a float.

MATCH (standing)<-[:EARNED_BY]-(earning)
WITH standing, reduce(earned = 0, amount IN collect(earning.amount) | earned + amount) AS earned
SET standing.earned = earned
