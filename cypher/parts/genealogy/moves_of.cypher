// The stored moves of some members in one tree, oldest first for each member, with who recorded them.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: moves: LIST<LIST<ANY>>
// insert:  any_day

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})-[edge:<<any_day>>]->(parent:Member)
USING INDEX SEEK member:Member(member_id)
WHERE edge.step > 0
WITH member_id, edge, parent, edge.until IS NULL AS open ORDER BY edge.step
RETURN collect([
  member_id, parent.member_id, edge.leg, edge.since,
  CASE WHEN open THEN edge.recorded_at ELSE edge.opened_at END,
  CASE WHEN open THEN edge.actor ELSE edge.opened_by END,
  CASE WHEN open THEN edge.reason ELSE edge.opened_for END,
  edge.import_no
]) AS moves
