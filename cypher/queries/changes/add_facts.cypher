// Write facts of members. A corrected fact is a second node: the later number holds.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Fact {name: row.name, period: row.period, value: row.value, import_no: $number})-[:FACT_OF]->(member)
