// Group volume: a member's own personal volume plus the group volume of every leg.
//
// mode:    fragment
// params:  none
// returns: none

MATCH (standing)<-[:UNDER]-(below)
WITH standing, sum(below.group_volume) AS volume_below
WHERE volume_below <> 0
SET standing.group_volume = standing.personal_volume + volume_below
