// Whether everyone below a standing is within reach because the standing is in the viewer's group, by the spans of one tree.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  low, high, first

($reach.all OR coalesce($reach.<<low>> <= top.<<first>> < $reach.<<high>>, false))
