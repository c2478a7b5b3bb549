// How many active members a group has, the member included.
//
// mode:    fragment
// stage:   volumes
// order:   up
// params:  none
// returns: none

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
WITH standing, sum(below.group_actives) AS active_below
SET standing.group_actives = active_below + CASE WHEN standing.active THEN 1 ELSE 0 END
