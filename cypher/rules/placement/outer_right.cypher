// The end of the sponsor's outer right leg: right below right below right, as deep as it goes.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING

MATCH (sponsor)<-[edges:PLACED_UNDER*0..]-(parent:Member)
WHERE all(edge IN edges WHERE toLower(edge.leg) IN ['r', 'right', '2'])
WITH DISTINCT parent
WHERE NOT EXISTS { (parent)<-[edge:PLACED_UNDER]-(:Member) WHERE toLower(edge.leg) IN ['r', 'right', '2'] }
RETURN parent, 'R' AS leg
