// How many transfers a run has, with those that found nobody above to take the volume.
//
// mode:    read
// params:  run: INTEGER
// returns: transfers: INTEGER

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0 AND NOT standing.receives AND standing.own_volume <> 0
RETURN count(standing) AS transfers
