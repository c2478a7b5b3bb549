// Bring known customers up to date: name, day and the member they belong to.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (customer:Customer {customer_id: row.customer_id})
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
SET customer.name = row.name, customer.since = date(row.since)
WITH customer, member
OPTIONAL MATCH (customer)-[old:CUSTOMER_OF]->(:Member)
DELETE old
CREATE (customer)-[:CUSTOMER_OF]->(member)
