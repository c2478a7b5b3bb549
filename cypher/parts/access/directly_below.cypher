// How many of those directly below a member in one tree today are within reach: everyone, in the group of that tree.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, tree, edge, up, within

CASE
  WHEN $reach.all OR (<<node>>.member_id = $reach.viewer AND $reach.<<tree>>_tree) OR <<up>>
    THEN COUNT { (<<node>>)<-[:<<edge>>]-() }
  ELSE COUNT { (<<node>>)<-[:<<edge>>]-(reach_below) WHERE <<within>> }
END
