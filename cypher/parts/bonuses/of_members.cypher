// Some members, as the payees or sources of a rule.
//
// mode:    fragment
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: source: NODE

UNWIND $member_ids AS member_id
MATCH (source:Standing {member_id: member_id, run: $run})
USING INDEX SEEK source:Standing(member_id, run)
