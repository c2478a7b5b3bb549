// Put some members into a chain of one side; null takes them out of theirs.
//
// mode:    write
// params:  key: STRING, ids: LIST<STRING>, number: INTEGER
// returns: none

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
SET member[$key] = $number
