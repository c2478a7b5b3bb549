// Everyone in one member's group, the member included, or those of them with orders.
//
// mode:    fragment
// params:  run: INTEGER, payee_id: STRING
// returns: source: NODE
// insert:  sources

MATCH (payee:Standing {member_id: $payee_id, run: $run})<-[:UNDER*0..]-(source)
USING INDEX SEEK payee:Standing(member_id, run)
WITH DISTINCT source
WHERE <<sources>>
