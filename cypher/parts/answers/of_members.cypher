// The standings of some members in one run.
//
// mode:    fragment
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standing: NODE

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
