// How many members are or were above some parents in one tree, and below some movers, each counted up to `most`, and whether
// a mover is met on the way up, or a parent on the way down. The way down is looked at only where the way up has no end.
//
// mode:    read
// params:  parents: LIST<STRING>, movers: LIST<STRING>, most: INTEGER
// returns: above: INTEGER, below: INTEGER, met: BOOLEAN
// insert:  any_day

CALL () {
  MATCH (start:Member)-[:<<any_day>>*0..]->(member:Member)
  USING INDEX SEEK start:Member(member_id)
  WHERE start.member_id IN $parents
  WITH DISTINCT member LIMIT $most
  RETURN count(member) AS above, count(CASE WHEN member.member_id IN $movers THEN 1 END) AS met_above
}
CALL (above, met_above) {
  WITH above, met_above WHERE above = $most AND met_above = 0
  MATCH (start:Member)<-[:<<any_day>>*0..]-(member:Member)
  USING INDEX SEEK start:Member(member_id)
  WHERE start.member_id IN $movers
  WITH DISTINCT member LIMIT $most
  RETURN count(member) AS below, count(CASE WHEN member.member_id IN $parents THEN 1 END) AS met_below
}
RETURN above, below, met_above + met_below > 0 AS met
