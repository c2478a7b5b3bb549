// Whether the way up from a member leads to the viewer today, in a tree that the company lets members see.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, tree, edge

EXISTS {
  WITH <<node>> AS reach_low
  WHERE $reach.<<tree>>_tree
  MATCH (reach_low)-[reach_up:<<edge>>*1..]->(reach_above)
  WHERE reach_above.member_id = $reach.viewer
  RETURN reach_above
}
