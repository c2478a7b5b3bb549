// The status of one member today.
//
// mode:    read
// params:  member_id: STRING
// returns: status: STRING

MATCH (member:Member {member_id: $member_id})
RETURN member.status AS status
