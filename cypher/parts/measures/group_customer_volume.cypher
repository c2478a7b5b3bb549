// Commissionable volume of the customers of a member and of everyone below.
//
// mode:    fragment
// stage:   volumes
// order:   up
// starts:  customer_volume
// params:  none
// returns: none

MATCH (standing)<-[:UNDER]-(below)
WITH standing, sum(below.group_customer_volume) AS volume_below
SET standing.group_customer_volume = standing.customer_volume + volume_below
