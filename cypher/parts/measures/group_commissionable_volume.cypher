// Commissionable volume of a member and everyone below.
//
// mode:    fragment
// stage:   volumes
// order:   up
// starts:  commissionable_volume
// params:  none
// returns: none

MATCH (standing)<-[:UNDER]-(below)
WITH standing, sum(below.group_commissionable_volume) AS volume_below
SET standing.group_commissionable_volume = standing.commissionable_volume + volume_below
