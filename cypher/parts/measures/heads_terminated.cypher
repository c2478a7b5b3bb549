// The nearest active members in a leg: the head, or, where the head is terminated or a customer, the nearest ones below.
//
// mode:    fragment
// stage:   volumes
// order:   up
// params:  none
// returns: none

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
WHERE NOT standing.active
WITH standing, sum(below.heads_terminated) AS heads_below
SET standing.heads_terminated = CASE WHEN standing.active THEN 1 WHEN standing.status IN ['terminated', 'customer'] THEN heads_below ELSE 0 END
