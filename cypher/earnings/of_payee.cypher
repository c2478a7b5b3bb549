// The orders of everyone in one member's group, the member included.
//
// mode:    fragment
// params:  run: INTEGER, payee_id: STRING
// returns: source: NODE

MATCH (:Standing {member_id: $payee_id, run: $run})<-[:UNDER*0..]-(source:Standing)
WITH DISTINCT source
WHERE source.orders > 0
