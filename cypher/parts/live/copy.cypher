// Copy the status of some members to their live standings, and what else the plan's rules read of members.
//
// mode:    write
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: none
// insert:  facts, frozen

UNWIND $member_ids AS member_id
MATCH (person:Member {member_id: member_id})
USING INDEX SEEK person:Member(member_id)
<<facts>>
MATCH (standing:Standing {member_id: person.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
SET standing += {status: member.status<<frozen>>}
