// All stored moves in one tree, oldest first for each member, with who recorded them.
//
// mode:    read
// params:  none
// returns: moves: LIST<LIST<ANY>>
// insert:  any_day

MATCH (member:Member)-[edge:<<any_day>>]->(parent:Member)
WHERE edge.step > 0
WITH member, edge, parent, edge.until IS NULL AS open ORDER BY member.member_id, edge.step
RETURN collect([
  member.member_id, parent.member_id, edge.leg, edge.since,
  CASE WHEN open THEN edge.recorded_at ELSE edge.opened_at END,
  CASE WHEN open THEN edge.actor ELSE edge.opened_by END,
  CASE WHEN open THEN edge.reason ELSE edge.opened_for END,
  edge.import_no
]) AS moves
