// The nearest active members in a leg: the head, or, where the head is not active, the nearest ones below.
//
// mode:    fragment
// stage:   volumes
// order:   up
// params:  none
// returns: none

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
WHERE NOT standing.active
WITH standing, sum(below.heads_inactive) AS heads_below
SET standing.heads_inactive = CASE WHEN standing.active THEN 1 WHEN NOT standing.active THEN heads_below ELSE 0 END
