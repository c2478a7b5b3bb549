// Who stands above one member in a run, nearest first.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, most: INTEGER
// returns: member_id: STRING

MATCH (asked:Standing {member_id: $member_id, run: $run})-[:UNDER*1..]->(above:Standing)
USING INDEX SEEK asked:Standing(member_id, run)
WITH DISTINCT above
ORDER BY above.depth DESC
LIMIT $most
RETURN above.member_id AS member_id
