// Replace the whole timelines of some members in one tree: today's edge and the closed ones.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none
// insert:  open, closed
//
// A closed edge says in recorded_at, actor and reason who closed it; in opened_at, opened_by and opened_for who
// opened it.

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (member) {
  MATCH (member)-[old:<<open>>|<<closed>>]->(:Member)
  DELETE old
}
CALL (member, row) {
  UNWIND row.closed AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[closed:<<closed>>]->(parent)
  SET closed = edge.facts
}
CALL (member, row) {
  UNWIND row.open AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[open:<<open>>]->(parent)
  SET open = edge.facts
}
