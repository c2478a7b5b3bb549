// All stored moves of the placement tree, oldest first for each member, with who recorded them.
//
// mode:    read
// params:  none
// returns: moves: LIST<LIST<ANY>>

MATCH (member:Member)-[edge:PLACED_UNDER|WAS_PLACED_UNDER]->(parent:Member)
WHERE edge.step > 0
WITH member, edge, parent, type(edge) = 'PLACED_UNDER' AS open ORDER BY member.member_id, edge.step
RETURN collect([
  member.member_id, parent.member_id, edge.leg, edge.since,
  CASE WHEN open THEN edge.recorded_at ELSE edge.opened_at END,
  CASE WHEN open THEN edge.actor ELSE edge.opened_by END,
  CASE WHEN open THEN edge.reason ELSE edge.opened_for END,
  edge.import_no
]) AS moves
