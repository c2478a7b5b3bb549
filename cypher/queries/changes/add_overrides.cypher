// Write overrides of members. A corrected override is a second node: the later number holds.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Override {
  kind: row.kind, value: row.value, first_period: row.first_period, last_period: row.last_period,
  first_day: row.first_day, last_day: row.last_day, actor: row.actor, reason: row.reason, import_no: $number
})-[:OVERRIDES]->(member)
