// Take back what an unfinished change overwrote of customers: they are what they were before it first changed them.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (past:Past)-[:PAST_OF]->(customer:Customer)
USING INDEX SEEK past:Past(closed_no)
WHERE past.closed_no >= $number
WITH customer, past ORDER BY past.closed_no
WITH customer, collect(past) AS pasts
WITH customer, pasts, head(pasts) AS oldest
MATCH (customer)-[wrong:CUSTOMER_OF]->(:Member)
MATCH (member:Member {member_id: oldest.member_id})
CALL (customer, pasts, oldest, wrong, member) {
  SET customer.name = oldest.name, customer.since = oldest.since, customer.became = oldest.became,
    customer.prospect_id = oldest.prospect_id
  DELETE wrong
  CREATE (customer)-[:CUSTOMER_OF]->(member)
  FOREACH (past IN pasts | DETACH DELETE past)
} IN TRANSACTIONS OF 10000 ROWS
