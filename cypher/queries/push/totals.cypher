// What a run pushed up: transfers, their volume, and the volume that found nobody above to take it.
//
// mode:    read
// params:  run: INTEGER
// returns: transfers: INTEGER, volume: INTEGER, stayed: INTEGER

MATCH (standing:Standing {run: $run})
WHERE NOT standing.receives AND standing.own_volume <> 0
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(:Standing)
RETURN count(push) AS transfers, coalesce(sum(push.volume), 0) AS volume,
  sum(CASE WHEN push IS NULL THEN standing.own_volume ELSE 0 END) AS stayed
