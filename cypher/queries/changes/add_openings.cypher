// Write openings of members. A corrected opening is a second node: the later number holds.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Opening {
  plan: row.plan, period: row.period, kind: row.kind, name: row.name, part: row.part, value: row.value,
  import_no: $number
})-[:OPENING_OF]->(member)
