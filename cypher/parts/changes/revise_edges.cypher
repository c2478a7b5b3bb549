// Write what differs in the edges of some members in one tree: some are deleted, and written anew as what they are now.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none
// insert:  any_day, open, closed, planned, once
//
// An edge with an end says in recorded_at, actor and reason who closed it; in opened_at, opened_by and opened_for who
// opened it.

UNWIND $rows AS row
MATCH (member:Member {member_id: row.member_id})
USING INDEX SEEK member:Member(member_id)
CALL (member, row) {
  MATCH (member)-[old:<<any_day>>|<<once>>]->(:Member)
  WHERE elementId(old) IN row.gone
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
  UNWIND row.planned AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[planned:<<planned>>]->(parent)
  SET planned = edge.facts
}
CALL (member, row) {
  UNWIND row.once AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[once:<<once>>]->(parent)
  SET once = edge.facts
}
CALL (member, row) {
  UNWIND row.open AS edge
  MATCH (parent:Member {member_id: edge.parent_id})
  USING INDEX SEEK parent:Member(member_id)
  CREATE (member)-[open:<<open>>]->(parent)
  SET open = edge.facts
}
