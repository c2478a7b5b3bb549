// Take back what an unfinished change overwrote of prospects: they are what they were before it first changed them.
//
// mode:    write
// params:  number: INTEGER
// returns: none
//
// Whoever an import said that they have become does not come from them any more.

MATCH (past:Past)-[:PAST_OF]->(prospect:Prospect)
USING INDEX SEEK past:Past(closed_no)
WHERE past.closed_no >= $number
WITH prospect, past ORDER BY past.closed_no
WITH prospect, collect(past) AS pasts
WITH prospect, pasts, head(pasts) AS oldest
MATCH (prospect)-[wrong:PROSPECT_OF]->(:Member)
MATCH (member:Member {member_id: oldest.member_id})
OPTIONAL MATCH (became_member:Member {member_id: prospect.became, prospect_id: prospect.prospect_id})
WHERE oldest.became IS NULL
OPTIONAL MATCH (became_customer:Customer {customer_id: prospect.became, prospect_id: prospect.prospect_id})
WHERE oldest.became IS NULL
CALL (prospect, pasts, oldest, wrong, member, became_member, became_customer) {
  SET prospect.name = oldest.name, prospect.source = oldest.source, prospect.status = oldest.status,
    prospect.since = oldest.since, prospect.became = oldest.became
  DELETE wrong
  CREATE (prospect)-[:PROSPECT_OF]->(member)
  FOREACH (past IN pasts | DETACH DELETE past)
  SET became_member.prospect_id = null
  SET became_customer.prospect_id = null
} IN TRANSACTIONS OF 10000 ROWS
