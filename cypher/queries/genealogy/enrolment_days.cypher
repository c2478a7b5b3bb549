// Which of these members are stored, and since when.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: members: LIST<LIST<STRING>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
RETURN collect([member.member_id, toString(member.enrolled_on)]) AS members
