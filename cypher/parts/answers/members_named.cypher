// The members with some ids.
//
// mode:    fragment
// params:  member_ids: LIST<STRING>
// returns: member: NODE
// insert:  within

UNWIND $member_ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
WHERE <<within>>
