// The facts that hold for some members, newest last where an import corrected an earlier one.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: facts: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:FACT_OF]-(fact:Fact)
USING INDEX SEEK member:Member(member_id)
WITH member_id, fact ORDER BY fact.import_no
RETURN collect([member_id, fact.period, fact.name, fact.value]) AS facts
