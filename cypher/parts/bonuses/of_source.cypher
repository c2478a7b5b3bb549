// One member's orders only.
//
// mode:    fragment
// params:  run: INTEGER, source_id: STRING
// returns: source: NODE

MATCH (source:Standing {member_id: $source_id, run: $run})
USING INDEX SEEK source:Standing(member_id, run)
