// Pages of the members above some members in one tree today who are within reach, nearest first, between two levels above.
//
// mode:    read
// params:  member_ids: LIST<STRING>, after: INTEGER, before: INTEGER, first: INTEGER, reach: MAP
// returns: member_id: STRING, rows: LIST<MAP>, total: INTEGER
// insert:  open, start, above, sponsor, parent
//
// The way ends below the first one beyond reach.

UNWIND $member_ids AS member_id
MATCH (start:Member {member_id: member_id})
USING INDEX SEEK start:Member(member_id)
WHERE <<start>>
CALL (start) {
  MATCH path = (start)-[:<<open>>*1..]->(above)
  WITH above, min(length(path)) AS level
  WITH above, level, <<above>> AS seen
  WITH collect([above, level]) AS every, min(CASE WHEN NOT seen THEN level END) AS hidden
  RETURN [one IN every WHERE hidden IS NULL OR one[1] < hidden] AS ancestors
}
CALL (ancestors) {
  UNWIND ancestors AS one
  WITH one[0] AS member, one[1] AS level
  WHERE level > $after AND ($before IS NULL OR level < $before)
  WITH member, level ORDER BY level LIMIT $first
  OPTIONAL MATCH (member)-[sponsored:SPONSORED_BY]->(sponsor:Member)
  OPTIONAL MATCH (member)-[placed:PLACED_UNDER]->(parent:Member)
  RETURN collect({
    member: properties(member), level: level,
    sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END,
    placement_id: CASE WHEN <<parent>> THEN parent.member_id END,
    leg: CASE WHEN EXISTS { (:Company {key: 'company', one_tree: true}) } THEN sponsored.leg ELSE placed.leg END
  }) AS rows
}
RETURN start.member_id AS member_id, rows, size(ancestors) AS total
