// The outer end of the sponsor's weaker leg; of equal legs the left one.
//
// kind:    placement
// params:  by: ONE_OF<members|volume|size> = members
// returns: parent: NODE, leg: STRING, as_of: ZONED DATETIME
//
// With members a leg weighs those who are in it today, each of whom is counted. With volume it weighs its group volume,
// with size its members, both as the newest figures have them, live or of a complete run: that takes no longer in a
// large leg, and the place says of when the figures are.

<<leg_weights>>
WITH sponsor, as_of, CASE WHEN left_weight <= right_weight THEN 'left' ELSE 'right' END AS side
<<leg_end>>
RETURN parent, CASE side WHEN 'left' THEN 'L' ELSE 'R' END AS leg, as_of
