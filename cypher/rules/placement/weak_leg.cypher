// The outer end of the sponsor's weaker leg; of equal legs the left one.
//
// kind:    placement
// params:  by: ONE_OF<members|volume> = members
// returns: parent: NODE, leg: STRING
//
// A leg weighs the members who are in it today, or its group volume in the latest complete run.

CALL (sponsor, rule) {
  OPTIONAL MATCH (sponsor)<-[edge:PLACED_UNDER]-(first:Member)
  WITH rule, first, toLower(edge.leg) IN ['r', 'right', '2'] AS right
  CALL (rule, first) {
    WITH rule, first WHERE rule.by = 'members'
    MATCH (first)<-[:PLACED_UNDER*0..]-(member:Member)
    RETURN count(DISTINCT member) AS weight
  UNION
    WITH rule, first WHERE rule.by = 'volume'
    MATCH (run:Run {state: 'complete'})
    WITH first, run ORDER BY run.finished_at DESC, run.number DESC LIMIT 1
    MATCH (standing:Standing {member_id: first.member_id, run: run.number})
    USING INDEX SEEK standing:Standing(member_id, run)
    RETURN sum(standing.group_volume) AS weight
  }
  RETURN
    sum(CASE WHEN right THEN 0 ELSE weight END) AS left_weight,
    sum(CASE WHEN right THEN weight ELSE 0 END) AS right_weight
}
WITH sponsor, CASE WHEN left_weight <= right_weight THEN ['l', 'left', '1'] ELSE ['r', 'right', '2'] END AS side
MATCH (sponsor)<-[edges:PLACED_UNDER*0..]-(parent:Member)
WHERE all(edge IN edges WHERE toLower(edge.leg) IN side)
WITH DISTINCT side, parent
WHERE NOT EXISTS { (parent)<-[edge:PLACED_UNDER]-(:Member) WHERE toLower(edge.leg) IN side }
RETURN parent, toUpper(side[0]) AS leg
