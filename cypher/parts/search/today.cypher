// A member who is below another one in one tree today.
//
// mode:    fragment
// params:  member_id: STRING, reach: MAP
// returns: member: NODE, name: STRING
// insert:  top_within, within, open

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>> AND EXISTS { MATCH (member)-[:<<open>>*1..]->(top) } AND <<within>>
WITH member, member.name AS name
