// Group volume of some standings and of everyone above them, deepest first, each once.
//
// mode:    read-write
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standings: INTEGER

UNWIND $member_ids AS member_id
MATCH (start:Standing {member_id: member_id, run: $run})-[:UNDER*0..]->(standing)
USING INDEX SEEK start:Standing(member_id, run)
WITH DISTINCT standing
ORDER BY standing.depth DESC
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  WITH standing, sum(below.group_volume) AS volume_below
  SET standing.group_volume = standing.personal_volume + volume_below
}
RETURN count(*) AS standings
