// Create prospects of members, each with the number of the change that brings it.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CREATE (prospect:Prospect)-[:PROSPECT_OF]->(member)
SET prospect = row {.prospect_id, .name, .source, .status, .since, .became, .import_no}
