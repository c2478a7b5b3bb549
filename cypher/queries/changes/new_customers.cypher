// Create customers who come in one by one, each by a change of its own.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (customer:Customer)-[:CUSTOMER_OF]->(member)
SET customer = row {.customer_id, .name, .since, .prospect_id, .import_no}
