// The members above some members in one run, nearest first, whole standings, between two levels above.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlay: INTEGER, after: INTEGER, before: INTEGER, backward: BOOLEAN, first: INTEGER, reach: MAP
// returns: member_id: STRING, standings: LIST<MAP>, levels: LIST<INTEGER>, total: INTEGER
// insert:  start, above, higher, depth, parent, name, frontline
//
// For who does not reach everybody the way ends below the first one beyond reach.
// A page has the first levels after level `after`, or if `backward` the last ones before level `before`; without
// `before` it ends at the root. Levels that are certain to be on no page are not walked, or not looked at. With an
// overlay only those count who keep a place in that compressed tree.

UNWIND $member_ids AS member_id
MATCH (start:Standing {member_id: member_id, run: $run})
USING INDEX SEEK start:Standing(member_id, run)
WHERE <<start>>
CALL (start) {
  WITH start WHERE NOT $reach.all
  MATCH (start)-[:UNDER*1..]->(higher)
  WHERE NOT <<higher>>
  RETURN coalesce(max(higher.<<depth>>), -1) AS hidden
}
WITH start, hidden, start.<<depth>> - $after - 1 AS low, coalesce(start.<<depth>> - $before, -1) + 1 AS high,
  $reach.all AND $overlay IS NULL AS whole
WITH start, hidden, low, whole, CASE WHEN high > hidden THEN high ELSE hidden + 1 END AS high
WITH start, hidden, whole,
  CASE WHEN whole AND $backward AND high + $first - 1 < low THEN high + $first - 1 ELSE low END AS low,
  CASE WHEN whole AND NOT $backward AND low - $first + 1 > high THEN low - $first + 1 ELSE high END AS high
CALL (start, low, high) {
  MATCH (start) (()-[:UNDER]->(step WHERE step.<<depth>> >= high)){1,} (above)
  WHERE above.<<depth>> <= low AND ($overlay IS NULL OR above.keeps[$overlay]) AND <<above>>
  WITH above, start.<<depth>> - above.<<depth>> AS up ORDER BY up LIMIT $first
  OPTIONAL MATCH (above)-[edge:UNDER]->(parent)
  OPTIONAL MATCH (member:Member {member_id: above.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect({
    standing: properties(above), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: edge.leg,
    name: <<name>>, frontline: <<frontline>>
  }) AS standings, collect(up) AS levels
}
RETURN start.member_id AS member_id, standings, levels, CASE
  WHEN whole THEN start.<<depth>>
  ELSE COUNT {
    MATCH (start)-[:UNDER*1..]->(above)
    WHERE above.<<depth>> > hidden AND ($overlay IS NULL OR above.keeps[$overlay]) AND <<above>>
    RETURN DISTINCT above
  }
END AS total
