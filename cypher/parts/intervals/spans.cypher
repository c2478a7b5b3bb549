// The span of each group in one tree of a run: the member's own number, and the first one that is not in the group any more.
//
// mode:    write
// params:  standings: LIST<INTEGER>, firsts: LIST<INTEGER>, ends: LIST<INTEGER>
// returns: none
// insert:  first, end
//
// A member is in another one's group if the own number lies in the other one's span. So two members can be compared
// without a walk, however far apart they are. engine/passes/intervals.py gives the numbers.

UNWIND range(0, size($standings) - 1) AS place
CALL (place) {
  MATCH (standing)
  WHERE id(standing) = $standings[place]
  SET standing.<<first>> = $firsts[place], standing.<<end>> = $ends[place]
} IN TRANSACTIONS OF 5000 ROWS
