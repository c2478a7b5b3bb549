// Put some standings of a run below others in one of its trees; without a parent they are roots.
//
// mode:    write
// params:  rows: LIST<MAP>, run: INTEGER
// returns: none

UNWIND $rows AS row
MATCH (standing:Standing {member_id: row.member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
CALL (standing) {
  MATCH (standing)-[old:UNDER]->()
  DELETE old
}
CALL (standing, row) {
  MATCH (parent:Standing {member_id: row.parent_id, run: $run})
  USING INDEX SEEK parent:Standing(member_id, run)
  CREATE (standing)-[edge:UNDER]->(parent)
  SET edge.leg = row.leg
}
