// The stretch of numbers of each group: the member's own number, and the first one that is not in the group any more.
//
// mode:    write
// stage:   volumes
// order:   numbered
// params:  standings: LIST<INTEGER>, firsts: LIST<INTEGER>, ends: LIST<INTEGER>
// returns: none
//
// Whoever's own number lies in a member's stretch stands in the member's group, the member included. So of two members it
// can be told without a walk, however far apart they stand. The numbers are given by engine/spans.py.

UNWIND range(0, size($standings) - 1) AS place
CALL (place) {
  MATCH (standing)
  WHERE id(standing) = $standings[place]
  SET standing.group_span = [$firsts[place], $ends[place]]
} IN TRANSACTIONS OF 5000 ROWS
