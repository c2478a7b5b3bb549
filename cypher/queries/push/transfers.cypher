// Every transfer of a run from some levels, and the volume that stayed where it was for want of a receiver.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: rows: LIST<LIST<ANY>>

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last AND NOT standing.receives AND standing.own_volume <> 0
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(receiver:Standing)
WITH standing, push, receiver ORDER BY standing.depth, standing.member_id
RETURN collect([
  standing.member_id, receiver.member_id, coalesce(push.volume, standing.own_volume), coalesce(push.reason, 'no_upline')
]) AS rows
