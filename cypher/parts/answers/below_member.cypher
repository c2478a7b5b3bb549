// Everyone below one member in the main tree of a run.
//
// mode:    fragment
// params:  run: INTEGER, member_id: STRING
// returns: standing: NODE

MATCH (above:Standing {member_id: $member_id, run: $run})<-[:UNDER*1..]-(standing)
USING INDEX SEEK above:Standing(member_id, run)
WITH DISTINCT standing
