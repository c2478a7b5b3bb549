// Some members by id, each with today's sponsor and placement.
//
// mode:    read
// params:  none
// returns: members: LIST<MAP>
// insert:  chosen

<<chosen>>
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (member)-[placed:PLACED_UNDER]->(parent:Member)
WITH member, sponsor, parent, placed ORDER BY member.member_id
RETURN collect({
  member: properties(member), sponsor_id: sponsor.member_id, placement_id: parent.member_id, leg: placed.leg
}) AS members
