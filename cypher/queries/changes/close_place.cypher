// Delete the edge of a member's place of today, before what it becomes is written.
//
// mode:    write
// params:  member_id: STRING
// returns: none

MATCH (member:Member {member_id: $member_id})-[edge:PLACED_UNDER]->(:Member)
USING INDEX SEEK member:Member(member_id)
DELETE edge
