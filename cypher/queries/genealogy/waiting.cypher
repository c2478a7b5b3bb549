// Members who are sponsored but not placed, longest waiting first.
//
// mode:    read
// params:  enrolled_by: DATE
// returns: member_id: STRING, sponsor_id: STRING, enrolled_on: DATE

MATCH (member:Member)-[:SPONSORED_BY]->(sponsor:Member)
WHERE member.enrolled_on <= $enrolled_by AND NOT EXISTS { (member)-[:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]->(:Member) }
RETURN member.member_id AS member_id, sponsor.member_id AS sponsor_id, member.enrolled_on AS enrolled_on
ORDER BY enrolled_on, member_id
