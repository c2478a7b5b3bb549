// Write the whole timeline of some members in the placement tree anew: today's edge and the closed ones.
// A closed edge says in recorded_at, actor and reason who closed it, in opened_at, opened_by and opened_for who opened it.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (member) {
  MATCH (member)-[old:PLACED_UNDER|WAS_PLACED_UNDER]->(:Member)
  DELETE old
}
CALL (member, row) {
  UNWIND row.closed AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[closed:WAS_PLACED_UNDER]->(parent)
  SET closed = edge.facts
}
CALL (member, row) {
  UNWIND row.open AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[open:PLACED_UNDER]->(parent)
  SET open = edge.facts
}
