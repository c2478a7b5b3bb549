// The end of the sponsor's outer left leg: left below left below left, as deep as it goes.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING

WITH sponsor, 'left' AS side
<<leg_end>>
RETURN parent, 'L' AS leg
