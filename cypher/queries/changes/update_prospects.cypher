// Bring known prospects up to date, and keep what they were.
//
// mode:    write
// params:  rows: LIST<MAP>, number: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (prospect:Prospect {prospect_id: row.prospect_id})-[old:PROSPECT_OF]->(before:Member)
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (:Past {
  name: prospect.name, source: prospect.source, status: prospect.status, since: prospect.since, became: prospect.became,
  member_id: before.member_id, closed_no: $number
})-[:PAST_OF]->(prospect)
SET prospect += row {.name, .source, .status, .since, .became}
DELETE old
CREATE (prospect)-[:PROSPECT_OF]->(member)
