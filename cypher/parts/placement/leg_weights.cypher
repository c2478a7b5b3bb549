// What the two legs of the sponsor weigh, by `rule.by`: `left_weight` and `right_weight`; and `as_of`, when the figures
// that they are taken from were up to date, null where today's tree is counted.
//
// mode:    fragment
// params:  none
// returns: none

CALL (sponsor, rule) {
  OPTIONAL MATCH (sponsor)<-[edge:PLACED_UNDER]-(first:Member)
  WITH rule, first, toLower(edge.leg) IN ['r', 'right', '2'] AS right
  CALL (rule, first) {
    WITH rule, first WHERE rule.by = 'members'
    MATCH (first)<-[:PLACED_UNDER*0..]-(member:Member)
    RETURN count(DISTINCT member) AS weight, null AS at
  UNION
    WITH rule, first WHERE rule.by IN ['volume', 'size']
    MATCH (run:Run)
    WHERE run.state IN ['complete', 'live']
    // Sizes of live figures are those of when they were built: they follow volumes alone.
    WITH rule, first, run, coalesce(CASE rule.by WHEN 'size' THEN run.numbered_at END, run.refreshed_at, run.finished_at) AS at
    ORDER BY at DESC, run.number DESC LIMIT 1
    OPTIONAL MATCH (standing:Standing {member_id: first.member_id, run: run.number})
    USING INDEX SEEK standing:Standing(member_id, run)
    RETURN sum(CASE rule.by WHEN 'volume' THEN standing.group_volume ELSE standing.span_end - standing.span_first END) AS weight,
      max(at) AS at
  }
  RETURN
    sum(CASE WHEN right THEN 0 ELSE weight END) AS left_weight,
    sum(CASE WHEN right THEN weight ELSE 0 END) AS right_weight,
    max(at) AS as_of
}
