// The name of a member who was within reach in a run: today's, and only while the member is within reach today,
// unless the company shows the names of members who have moved away.
//
// mode:    fragment
// params:  reach: MAP
// returns: none
// insert:  node, within

CASE
  WHEN NOT $reach.names THEN null
  WHEN $reach.moved_names THEN <<node>>.name
  WHEN <<within>> THEN <<node>>.name
END
