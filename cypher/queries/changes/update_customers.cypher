// Bring known customers up to date, name, day and the member they belong to, and keep what they were.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (customer:Customer {customer_id: row.customer_id})
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (customer)-[old:CUSTOMER_OF]->(before:Member)
CREATE (:Past {
  name: customer.name, since: customer.since, became: customer.became, prospect_id: customer.prospect_id,
  member_id: before.member_id, closed_no: $number
})-[:PAST_OF]->(customer)
SET customer.name = row.name, customer.since = date(row.since), customer.became = coalesce(row.became, customer.became)
DELETE old
CREATE (customer)-[:CUSTOMER_OF]->(member)
