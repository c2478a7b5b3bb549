// Pages of the groups of some members in one tree today: who meets some conditions, in the order of one figure, between
// two rows.
//
// mode:    read
// params:  member_ids: LIST<STRING>, filter: MAP, after: LIST<ANY>, before: LIST<ANY>, first: INTEGER, reach: MAP
// returns: member_id: STRING, rows: LIST<MAP>
// insert:  top_within, inherits, candidates, meets, figure, later, sooner, direction, tie, sponsor, parent
//
// A row is known by its figure and its member's id, which decides among equal figures.

UNWIND $member_ids AS member_id
MATCH (top:Member {member_id: member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
WITH top, <<inherits>> AS inherits
CALL (top, inherits) {
  <<candidates>>
  WITH below, level
  WHERE <<meets>>
  WITH below, level, <<figure>> AS figure
  WHERE ($after IS NULL OR figure <<later>> $after[0] OR (figure = $after[0] AND below.member_id > $after[1]))
    AND ($before IS NULL OR figure <<sooner>> $before[0] OR (figure = $before[0] AND below.member_id < $before[1]))
  WITH below, level, figure ORDER BY figure <<direction>>, below.member_id <<tie>> LIMIT $first
  OPTIONAL MATCH (below)-[sponsored:SPONSORED_BY]->(sponsor:Member)
  OPTIONAL MATCH (below)-[placed:PLACED_UNDER]->(parent:Member)
  RETURN collect({
    member: properties(below), level: level, figure: figure,
    sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END,
    placement_id: CASE WHEN <<parent>> THEN parent.member_id END,
    leg: CASE WHEN EXISTS { (:Company {key: 'company', one_tree: true}) } THEN sponsored.leg ELSE placed.leg END
  }) AS rows
}
RETURN top.member_id AS member_id, rows
