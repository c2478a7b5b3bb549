// The end of the sponsor's inside leg, that on the other side than the sponsor is placed on.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING
//
// Whoever is placed in no leg, as the top of the tree is, counts as placed on the left.

OPTIONAL MATCH (sponsor)-[edge:PLACED_UNDER]->(:Member)
WITH sponsor, CASE WHEN toLower(edge.leg) IN ['r', 'right', '2'] THEN 'left' ELSE 'right' END AS side
<<leg_end>>
RETURN parent, CASE side WHEN 'left' THEN 'L' ELSE 'R' END AS leg
