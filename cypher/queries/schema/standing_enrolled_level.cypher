// The same for the levels of the sponsor tree, where it is kept next to the main one.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX standing_enrolled_level IF NOT EXISTS FOR (standing:Standing) ON (standing.run, standing.enrolled_depth)
