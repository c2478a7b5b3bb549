// Compress the copy of one standing of a paid run as the standing itself was.
//
// mode:    fragment
// params:  into: INTEGER
// returns: none

MATCH (standing)-[into:COMPRESSED_INTO]->(kept)
MATCH (copy:Standing {member_id: standing.member_id, run: $into})
USING INDEX SEEK copy:Standing(member_id, run)
MATCH (keeper:Standing {member_id: kept.member_id, run: $into})
USING INDEX SEEK keeper:Standing(member_id, run)
CREATE (copy)-[:COMPRESSED_INTO {overlays: into.overlays}]->(keeper)
