// Create new customers of members.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Customer {
  customer_id: row.customer_id, name: row.name, since: date(row.since), became: row.became, import_no: $number
})-[:CUSTOMER_OF]->(member)
