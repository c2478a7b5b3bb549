// The end of the sponsor's outer leg on a `side`, left or right: `parent`, by walking down the leg.
//
// mode:    fragment
// params:  none
// returns: none

CALL (sponsor, side) {
  WITH sponsor, CASE side WHEN 'left' THEN ['l', 'left', '1'] ELSE ['r', 'right', '2'] END AS names
  MATCH (sponsor)<-[edges:PLACED_UNDER*0..]-(parent:Member)
  WHERE all(edge IN edges WHERE toLower(edge.leg) IN names)
  WITH DISTINCT names, parent
  WHERE NOT EXISTS { (parent)<-[edge:PLACED_UNDER]-(:Member) WHERE toLower(edge.leg) IN names }
  RETURN parent
}
