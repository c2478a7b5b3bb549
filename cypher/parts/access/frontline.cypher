// How many of those directly below a standing are within reach: everyone, where the standing is in the main group.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, within

CASE
  WHEN $reach.all OR coalesce($reach.first <= <<node>>.span_first < $reach.end, false)
    THEN COUNT { (<<node>>)<-[reach_edge:UNDER]-() }
  ELSE COUNT { (<<node>>)<-[reach_edge:UNDER]-(reach_below) WHERE <<within>> }
END
