// A member's standings are found by id and run.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX standing_of_member IF NOT EXISTS FOR (standing:Standing) ON (standing.member_id, standing.run)
