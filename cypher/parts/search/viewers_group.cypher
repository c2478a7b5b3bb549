// The ids and names of everyone whom a member's viewer reaches today, the viewer included; of larger groups only some.
//
// mode:    read
// params:  most: INTEGER, reach: MAP
// returns: rows: LIST<LIST<STRING>>

MATCH (viewer:Member {member_id: $reach.viewer})
USING INDEX SEEK viewer:Member(member_id)
CALL (viewer) {
  RETURN viewer AS member
  UNION
  WITH viewer
  MATCH (viewer)<-[:SPONSORED_BY*1..]-(member)
  WHERE $reach.sponsor_tree
  RETURN DISTINCT member
  UNION
  WITH viewer
  MATCH (viewer)<-[:PLACED_UNDER*1..]-(member)
  WHERE $reach.placement_tree
  RETURN DISTINCT member
}
WITH DISTINCT member LIMIT $most
RETURN collect([member.member_id, member.name]) AS rows
