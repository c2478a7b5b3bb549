// The level of standings in one tree of a run, each as engine/passes/relevel.py has counted it.
//
// mode:    write
// params:  standings: LIST<INTEGER>, depths: LIST<INTEGER>
// returns: none
// insert:  depth

UNWIND range(0, size($standings) - 1) AS place
CALL (place) {
  MATCH (standing)
  WHERE id(standing) = $standings[place]
  SET standing.<<depth>> = $depths[place]
} IN TRANSACTIONS OF 5000 ROWS
