// A page of a run's push-up transfers, by the member that the volume left; without a receiver it stayed there.
//
// mode:    read
// params:  run: INTEGER, after: STRING, first: INTEGER
// returns: rows: LIST<LIST<ANY>>
//
// By member id the index gives them in order, so that a page reads on only until it is full.

MATCH (standing:Standing)
USING INDEX SEEK standing:Standing(member_id, run)
WHERE standing.member_id > $after AND standing.run = $run AND NOT standing.receives AND standing.own_volume <> 0
WITH standing ORDER BY standing.member_id LIMIT $first
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(receiver:Standing)
WITH standing, push, receiver ORDER BY standing.member_id
RETURN collect([
  standing.member_id, receiver.member_id, coalesce(push.volume, standing.own_volume), coalesce(push.reason, 'no_upline')
]) AS rows
