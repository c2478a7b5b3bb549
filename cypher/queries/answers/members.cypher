// A page of the living genealogy by member id, from one id to another, both included.
//
// mode:    read
// params:  least: STRING, most: STRING, first: INTEGER
// returns: member: MAP, sponsor_id: STRING, placement_id: STRING, leg: STRING

MATCH (member:Member)
WHERE member.member_id >= $least AND member.member_id <= $most
WITH member ORDER BY member.member_id LIMIT $first
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (member)-[placed:PLACED_UNDER]->(parent:Member)
RETURN properties(member) AS member, sponsor.member_id AS sponsor_id, parent.member_id AS placement_id,
  placed.leg AS leg
ORDER BY member.member_id
