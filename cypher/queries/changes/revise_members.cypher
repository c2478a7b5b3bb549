// Give members another status or owner, and keep what they were, until which day, and which change ended it.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.id})
USING INDEX SEEK member:Member(member_id)
CREATE (past:Past)-[:PAST_OF]->(member)
SET past = row.past, member.status = row.now.status, member.owner_id = row.now.owner_id
