// Every terminated member.
//
// mode:    read
// params:  none
// returns: members: LIST<STRING>

MATCH (member:Member {status: 'terminated'})
RETURN collect(member.member_id) AS members
