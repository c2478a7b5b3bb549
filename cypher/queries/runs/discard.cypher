// Remove the standings and earnings of a run that is not, or no longer, a result.
//
// mode:    read-write
// params:  run: INTEGER
// returns: standings: INTEGER

MATCH (standing:Standing {run: $run})
OPTIONAL MATCH (standing)<-[:EARNED_BY]-(earning)
WITH standing, collect(earning) AS earnings
CALL (standing, earnings) {
  FOREACH (earning IN earnings | DETACH DELETE earning)
  DETACH DELETE standing
} IN TRANSACTIONS OF 5000 ROWS
RETURN count(*) AS standings
