// What is stored of these members, with their first parents in both trees; members that are not stored are left out.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: members: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[sponsored:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]->(sponsor:Member)
WHERE coalesce(sponsored.step, 0) = 0
OPTIONAL MATCH (member)-[placed:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]->(parent:Member)
WHERE coalesce(placed.step, 0) = 0
RETURN collect([
  member.member_id, member.name, member.status, member.country, member.owner_id, toString(member.enrolled_on),
  sponsor.member_id, sponsored.leg, parent.member_id, placed.leg
]) AS members
