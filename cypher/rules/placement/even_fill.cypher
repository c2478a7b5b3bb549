// Two legs filled evenly: the first free leg below the sponsor, level by level and left to right.
//
// kind:    placement
// params:  depth: DEPTH = null
// returns: parent: NODE, leg: STRING

<<first_free_leg>>
RETURN parent, CASE WHEN EXISTS {
  (parent)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) WHERE toLower(edge.leg) IN ['l', 'left', '1']
} THEN 'R' ELSE 'L' END AS leg
