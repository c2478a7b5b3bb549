// Add to the group volume of some standings, which are parallel to what is added.
//
// mode:    write
// params:  standings: LIST<INTEGER>, volumes: LIST<INTEGER>
// returns: none

UNWIND range(0, size($standings) - 1) AS place
MATCH (standing)
WHERE id(standing) = $standings[place]
SET standing.group_volume = standing.group_volume + $volumes[place]
