// A level of a run is found without touching the others.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX standing_level IF NOT EXISTS FOR (standing:Standing) ON (standing.run, standing.depth)
