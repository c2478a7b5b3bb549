// Note that a status, an owner, or the member whom a customer belongs to is another one from a later day on.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
OPTIONAL MATCH (member:Member {member_id: row.member_id})
OPTIONAL MATCH (customer:Customer {customer_id: row.customer_id})
WITH row, coalesce(member, customer) AS holder
CREATE (plan:Planned)-[:PLANNED_FOR]->(holder)
SET plan = row.facts
