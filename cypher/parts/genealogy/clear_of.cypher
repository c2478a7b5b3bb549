// Those of some members who are none of the movers, and above whom none of these is or was in one tree. Whoever has or had more
// than 99 others above is left out: looking at all of them takes long.
//
// mode:    read
// params:  ids: LIST<STRING>, movers: LIST<STRING>
// returns: members: LIST<STRING>
// insert:  open, closed

UNWIND $ids AS member_id
MATCH (start:Member {member_id: member_id})
USING INDEX SEEK start:Member(member_id)
CALL (start) {
  MATCH (start)-[:<<open>>|<<closed>>*0..100]->(above:Member)
  WITH DISTINCT above
  RETURN collect(above.member_id) AS everybody
}
WITH member_id, everybody
WHERE size(everybody) <= 100 AND none(each IN everybody WHERE each IN $movers)
RETURN collect(member_id) AS members
