// The sum of one member's earnings, on the standing.
//
// mode:    fragment
// params:  none
// returns: none

MATCH (standing)<-[:EARNED_BY]-(earning)
WITH standing, sum(earning.amount) AS earned
SET standing.earned = earned
