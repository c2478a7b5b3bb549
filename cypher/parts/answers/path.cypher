// The ids of one member and of everyone above in a run, nearest first.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, most: INTEGER
// returns: member_ids: LIST<STRING>
// insert:  depth

MATCH (start:Standing {member_id: $member_id, run: $run})-[:UNDER*0..]->(standing)
USING INDEX SEEK start:Standing(member_id, run)
WITH DISTINCT standing
ORDER BY standing.<<depth>> DESC
LIMIT $most
RETURN collect(standing.member_id) AS member_ids
