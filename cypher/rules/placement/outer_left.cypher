// The end of the sponsor's outer left leg: left below left below left, as deep as it goes.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING

MATCH (sponsor)<-[edges:PLACED_UNDER*0..]-(parent:Member)
WHERE all(edge IN edges WHERE toLower(edge.leg) IN ['l', 'left', '1'])
WITH DISTINCT parent
WHERE NOT EXISTS { (parent)<-[edge:PLACED_UNDER]-(:Member) WHERE toLower(edge.leg) IN ['l', 'left', '1'] }
RETURN parent, 'L' AS leg
