// Whether a standing is within reach: all are, or it is the viewer's own, or in the viewer's group in that run.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node
//
// The group is an interval of the main tree's spans, and one of the sponsor tree's. Where standings
// have no spans, or those of before later moves, the way leads up to the viewer, or past the root.

($reach.all
  OR <<node>>.member_id = $reach.viewer
  OR coalesce($reach.first <= <<node>>.span_first < $reach.end, false)
  OR coalesce($reach.sponsored_first <= <<node>>.sponsored_first < $reach.sponsored_end, false)
  OR EXISTS {
    WITH <<node>> AS reach_low
    WHERE $reach.main AND ($reach.walk OR reach_low.span_first IS NULL)
    MATCH (reach_low)-[reach_up:UNDER*1..]->(reach_above)
    WHERE reach_above.member_id = $reach.viewer
    RETURN reach_above
  }
  OR EXISTS {
    WITH <<node>> AS reach_low
    WHERE $reach.sponsored AND ($reach.walk OR reach_low.span_first IS NULL)
    MATCH (reach_low)-[reach_up:ENROLLED_UNDER*1..]->(reach_above)
    WHERE reach_above.member_id = $reach.viewer
    RETURN reach_above
  })
