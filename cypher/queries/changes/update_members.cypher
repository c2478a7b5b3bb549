// Bring name, status, country and owner of known members up to date.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
SET member.name = row.name, member.status = row.status, member.country = row.country, member.owner_id = row.owner_id
