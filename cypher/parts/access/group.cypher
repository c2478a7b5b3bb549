// Whether everyone below a member in one tree today is within reach because the member is in the viewer's group there.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, tree, up

($reach.all OR (<<node>>.member_id = $reach.viewer AND $reach.<<tree>>_tree) OR <<up>>)
