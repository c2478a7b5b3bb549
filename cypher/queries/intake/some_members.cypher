// One page of members with their first parents in both trees: those after a given one, in order of their ids.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: members: LIST<LIST<STRING>>

MATCH (member:Member)
USING INDEX SEEK member:Member(member_id)
WHERE member.member_id > $after
WITH member ORDER BY member.member_id LIMIT $size
OPTIONAL MATCH (member)-[sponsored:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY]->(sponsor:Member)
WHERE coalesce(sponsored.step, 0) = 0
OPTIONAL MATCH (member)-[placed:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]->(parent:Member)
WHERE coalesce(placed.step, 0) = 0
WITH member, sponsored, sponsor, placed, parent ORDER BY member.member_id
RETURN collect([
  member.member_id, sponsor.member_id, toString(member.enrolled_on), member.name, parent.member_id, placed.leg,
  sponsored.leg, member.status, member.country, member.owner_id
]) AS members
