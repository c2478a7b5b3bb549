// Give customers to other members, or note as which member they go on or which prospect they were, and keep what they were.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (customer:Customer {customer_id: row.id})-[old:CUSTOMER_OF]->(:Member)
MATCH (member:Member {member_id: row.now.member_id})
USING INDEX SEEK member:Member(member_id)
FOREACH (each IN row.pasts |
  CREATE (past:Past)-[:PAST_OF]->(customer)
  SET past = each
)
SET customer.became = row.now.became, customer.prospect_id = row.now.prospect_id
DELETE old
CREATE (customer)-[:CUSTOMER_OF]->(member)
