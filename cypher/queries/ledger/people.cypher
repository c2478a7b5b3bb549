// Status and country of some members today.
//
// mode:    read
// params:  member_ids: LIST<STRING>
// returns: member_id: STRING, status: STRING, country: STRING

UNWIND $member_ids AS member_id
MATCH (member:Member {member_id: member_id})
RETURN member_id, member.status AS status, member.country AS country
