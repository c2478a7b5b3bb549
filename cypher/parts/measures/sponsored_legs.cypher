// In how many of the two legs an active member with both has personally sponsored someone who is active in the period.
//
// mode:    write
// stage:   volumes
// order:   asked
// asks:    yes
// params:  standings: LIST<INTEGER>, legs: LIST<LIST<INTEGER>>
// returns: none
//
// Unset where there is none, and for everybody else: nothing is matched there, so it makes no difference. `legs` are those
// of each standing that hold such a member, at any depth.

UNWIND range(0, size($standings) - 1) AS place
CALL (place) {
  MATCH (standing)
  WHERE id(standing) = $standings[place]
  MATCH (standing)<-[edge:UNDER]-(leg)
  WHERE id(leg) IN $legs[place]
  WITH standing, CASE
    WHEN toLower(edge.leg) IN ['l', 'left', '1'] THEN 'left'
    WHEN toLower(edge.leg) IN ['r', 'right', '2'] THEN 'right' END AS side
  WITH standing, count(DISTINCT side) AS sides
  SET standing.sponsored_legs = sides
} IN TRANSACTIONS OF 5000 ROWS
