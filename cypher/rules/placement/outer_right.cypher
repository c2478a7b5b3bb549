// The end of the sponsor's outer right leg: right below right below right, as deep as it goes.
//
// kind:    placement
// params:  none
// returns: parent: NODE, leg: STRING

WITH sponsor, 'right' AS side
<<leg_end>>
RETURN parent, 'R' AS leg
