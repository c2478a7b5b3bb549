// What left some members by push-up, or stayed with them for want of a receiver.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: from_id: STRING, to_id: STRING, volume: INTEGER, reason: STRING

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WHERE NOT standing.receives AND standing.own_volume <> 0
OPTIONAL MATCH (standing)-[push:PUSHED_UP]->(receiver:Standing)
RETURN standing.member_id AS from_id, receiver.member_id AS to_id,
  coalesce(push.volume, standing.own_volume) AS volume, coalesce(push.reason, 'no_upline') AS reason
