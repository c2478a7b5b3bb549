// One member, as the payee of a rule that is asked for payees.
//
// mode:    fragment
// params:  run: INTEGER, payee_id: STRING
// returns: source: NODE

MATCH (source:Standing {member_id: $payee_id, run: $run})
USING INDEX SEEK source:Standing(member_id, run)
