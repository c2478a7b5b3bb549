// What placing one member depends on: the sponsor, and who is above and below in the placement tree.
//
// mode:    read
// params:  member_id: STRING
// returns: enrolled_on: DATE, sponsor_id: STRING, placed: BOOLEAN, has_group: BOOLEAN

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
RETURN member.enrolled_on AS enrolled_on, sponsor.member_id AS sponsor_id,
  EXISTS { (member)-[:PLACED_UNDER|WAS_PLACED_UNDER]->(:Member) } AS placed,
  EXISTS { (member)<-[:PLACED_UNDER|WAS_PLACED_UNDER]-(:Member) } AS has_group
