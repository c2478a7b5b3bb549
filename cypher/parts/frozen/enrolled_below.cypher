// Link the members whom one standing sponsors below it, as another run has them.
//
// mode:    fragment
// params:  run: INTEGER, source: INTEGER
// returns: none
// insert:  edge

MATCH (above:Standing {member_id: standing.member_id, run: $source})<-[:<<edge>>]-(of)
USING INDEX SEEK above:Standing(member_id, run)
WITH standing, of.member_id AS member_id
MATCH (below:Standing {member_id: member_id, run: $run})
USING INDEX SEEK below:Standing(member_id, run)
SET below.enrolled_depth = standing.enrolled_depth + 1
CREATE (below)-[:ENROLLED_UNDER]->(standing)
