// How the nearest of two legs is written: below a member, or below the nearest one above who has such legs.
//
// mode:    read
// params:  member_id: STRING
// returns: leg: STRING

MATCH (start:Member {member_id: $member_id})-[:PLACED_UNDER*0..]->(above)
USING INDEX SEEK start:Member(member_id)
MATCH (above)<-[edge:PLACED_UNDER]-()
WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
RETURN edge.leg AS leg
LIMIT 1
