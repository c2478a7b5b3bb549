// Copy the facts that the company supplies for the period onto the standings.
//
// mode:    read-write
// params:  run: INTEGER, period: STRING, cut: INTEGER
// returns: facts: INTEGER
//
// The last one written stays: a fact of the period goes before one of every period, a correction before
// what it corrects.

MATCH (fact:Fact)-[:FACT_OF]->(member:Member)
WHERE (fact.period IS NULL OR fact.period = $period) AND fact.import_no <= $cut
MATCH (standing:Standing {member_id: member.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
WITH fact, standing ORDER BY fact.period IS NULL DESC, fact.import_no
CALL (fact, standing) {
  SET standing['fact_' + fact.name] = fact.value
} IN TRANSACTIONS OF 2000 ROWS
RETURN count(*) AS facts
