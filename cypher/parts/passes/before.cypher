// The state of the same flow in the run of the period before, or null.
//
// mode:    fragment
// params:  previous: INTEGER, state: STRING
// returns: before: LIST<INTEGER>

OPTIONAL MATCH (earlier:Standing {member_id: standing.member_id, run: $previous})
USING INDEX SEEK earlier:Standing(member_id, run)
RETURN earlier[$state] AS before
