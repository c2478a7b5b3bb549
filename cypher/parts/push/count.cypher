// How many transfers of a run left members within reach, with those that found nobody above to take the volume.
//
// mode:    read
// params:  run: INTEGER
// returns: transfers: INTEGER
// insert:  within

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= 0 AND NOT standing.receives AND standing.own_volume <> 0 AND <<within>>
RETURN count(standing) AS transfers
