// Copy the facts that the company supplies for the period onto the standings.
//
// mode:    write
// params:  run: INTEGER, period: STRING
// returns: facts: INTEGER

MATCH (fact:Fact)-[:FACT_OF]->(member:Member)
WHERE fact.period IS NULL OR fact.period = $period
MATCH (standing:Standing {member_id: member.member_id, run: $run})
WITH fact, standing ORDER BY fact.period IS NULL DESC
CALL (fact, standing) {
  SET standing['fact_' + fact.name] = fact.value
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS facts
