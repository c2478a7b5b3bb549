// Whether a member is within reach today: all are, or it is the viewer, or one in the viewer's group of today.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, sponsored, placed

($reach.all OR <<node>>.member_id = $reach.viewer OR <<sponsored>> OR <<placed>>)
