// One member of the living genealogy with today's sponsor and placement.
//
// mode:    read
// params:  member_ids: LIST<STRING>
// returns: member: MAP, sponsor_id: STRING, placement_id: STRING, leg: STRING

UNWIND $member_ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (member)-[placed:PLACED_UNDER]->(parent:Member)
RETURN properties(member) AS member, sponsor.member_id AS sponsor_id, parent.member_id AS placement_id,
  placed.leg AS leg
