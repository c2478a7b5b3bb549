// How many members a group has, the member included.
//
// mode:    fragment
// stage:   volumes
// order:   up
// params:  none
// returns: none

OPTIONAL MATCH (standing)<-[:UNDER]-(below)
WITH standing, sum(below.group_size) AS size_below
SET standing.group_size = 1 + size_below
