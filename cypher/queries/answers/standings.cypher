// The standings of some members in one run, with who stands above and how many below.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standing: MAP, parent_id: STRING, leg: STRING, sponsor_id: STRING, frontline: INTEGER, name: STRING

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
OPTIONAL MATCH (standing)-[edge:UNDER]->(parent)
OPTIONAL MATCH (standing)-[:ENROLLED_UNDER]->(sponsor)
OPTIONAL MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
RETURN properties(standing) AS standing, parent.member_id AS parent_id, edge.leg AS leg,
  sponsor.member_id AS sponsor_id, COUNT { (standing)<-[:UNDER]-() } AS frontline, member.name AS name
