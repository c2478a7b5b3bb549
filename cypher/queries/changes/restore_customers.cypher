// Take back what an unfinished change overwrote of customers.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (past:Past {closed_no: $number})-[:PAST_OF]->(customer:Customer)-[wrong:CUSTOMER_OF]->(:Member)
MATCH (member:Member {member_id: past.member_id})
CALL (past, customer, wrong, member) {
  SET customer.name = past.name, customer.since = past.since
  DELETE wrong
  CREATE (customer)-[:CUSTOMER_OF]->(member)
  DETACH DELETE past
} IN TRANSACTIONS OF 10000 ROWS
