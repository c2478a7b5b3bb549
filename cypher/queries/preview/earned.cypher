// What some members of a run earned by bonus: in minor units, exactly, and from how many lines.
//
// mode:    read
// params:  run: INTEGER, ids: LIST<STRING>
// returns: earned: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})<-[:EARNED_BY]-(earning:Earning)
USING INDEX SEEK standing:Standing(member_id, run)
RETURN collect([member_id, earning.bonus, earning.amount, earning.exact, earning.lines]) AS earned
