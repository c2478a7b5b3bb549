// A member's status today; no row where nobody has the id.
//
// mode:    read
// params:  member_id: STRING
// returns: status: STRING

MATCH (member:Member {member_id: $member_id})
RETURN member.status AS status
