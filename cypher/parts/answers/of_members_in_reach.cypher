// The standings of some members in one run, of those who are within reach.
//
// mode:    fragment
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: standing: NODE
// insert:  within

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WHERE <<within>>
