// Give prospects another status, source, name or member, or note what they have become, and keep what they were.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (prospect:Prospect {prospect_id: row.id})-[old:PROSPECT_OF]->(:Member)
MATCH (member:Member {member_id: row.now.member_id})
USING INDEX SEEK member:Member(member_id)
FOREACH (each IN row.pasts |
  CREATE (past:Past)-[:PAST_OF]->(prospect)
  SET past = each
)
SET prospect.name = row.now.name, prospect.source = row.now.source, prospect.status = row.now.status,
  prospect.became = row.now.became
DELETE old
CREATE (prospect)-[:PROSPECT_OF]->(member)
