// Bring name, status, country and owner of known members up to date, and keep what they were.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Past {
  name: member.name, status: member.status, country: member.country, owner_id: member.owner_id, closed_no: $number
})-[:PAST_OF]->(member)
SET member.name = row.name, member.status = row.status, member.country = row.country, member.owner_id = row.owner_id
