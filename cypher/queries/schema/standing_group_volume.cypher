// A run's standings in the order of group volume, with the number of each in the main tree.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX standing_group_volume IF NOT EXISTS
FOR (standing:Standing) ON (standing.run, standing.group_volume, standing.member_id, standing.span_first)
