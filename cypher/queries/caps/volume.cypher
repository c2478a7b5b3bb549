// The commissionable volume of a run.
//
// mode:    read
// params:  run: INTEGER
// returns: volume: INTEGER

MATCH (standing:Standing {run: $run})
RETURN sum(standing.commissionable_volume) AS volume
