// Give the copy of one standing of a paid run its place in the sponsor tree.
//
// mode:    fragment
// params:  into: INTEGER
// returns: none

MATCH (standing)-[:ENROLLED_UNDER]->(sponsor)
MATCH (copy:Standing {member_id: standing.member_id, run: $into})
USING INDEX SEEK copy:Standing(member_id, run)
MATCH (above:Standing {member_id: sponsor.member_id, run: $into})
USING INDEX SEEK above:Standing(member_id, run)
CREATE (copy)-[:ENROLLED_UNDER]->(above)
