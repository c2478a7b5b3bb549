// Give one standing what another run did not need of its member, as it was known to that run.
//
// mode:    fragment
// params:  run: INTEGER
// returns: none
// insert:  facts, frozen

MATCH (person:Member {member_id: standing.member_id})
USING INDEX SEEK person:Member(member_id)
<<facts>>
MATCH (copy:Standing {member_id: member.member_id, run: $run})
USING INDEX SEEK copy:Standing(member_id, run)
SET copy += {member_id: member.member_id<<frozen>>}
