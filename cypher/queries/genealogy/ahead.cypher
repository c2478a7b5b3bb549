// What several moves have to know, read for all of them at once. In each tree: those of some members who are none of the
// movers, and above whom none of these is or was. Whoever has or had more than 99 others above is left out: looking at all of
// them takes long. And who is or was in the legs of the new parents of the placement tree, since when and until when.
//
// mode:    read
// params:  placed: LIST<STRING>, placed_movers: LIST<STRING>, parents: LIST<STRING>, sponsored: LIST<STRING>, sponsored_movers: LIST<STRING>
// returns: placement: LIST<STRING>, sponsor: LIST<STRING>, places: LIST<LIST<ANY>>

CALL () {
  UNWIND $placed AS member_id
  MATCH (start:Member {member_id: member_id})
  USING INDEX SEEK start:Member(member_id)
  CALL (start) {
    MATCH (start)-[:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER*0..100]->(above:Member)
    WITH DISTINCT above
    RETURN collect(above.member_id) AS everybody
  }
  WITH member_id, everybody
  WHERE size(everybody) <= 100 AND none(each IN everybody WHERE each IN $placed_movers)
  RETURN collect(member_id) AS placement
}
CALL () {
  UNWIND $sponsored AS member_id
  MATCH (start:Member {member_id: member_id})
  USING INDEX SEEK start:Member(member_id)
  CALL (start) {
    MATCH (start)-[:SPONSORED_BY|WAS_SPONSORED_BY|WILL_SPONSORED_BY*0..100]->(above:Member)
    WITH DISTINCT above
    RETURN collect(above.member_id) AS everybody
  }
  WITH member_id, everybody
  WHERE size(everybody) <= 100 AND none(each IN everybody WHERE each IN $sponsored_movers)
  RETURN collect(member_id) AS sponsor
}
CALL () {
  UNWIND $parents AS parent_id
  MATCH (parent:Member {member_id: parent_id})<-[edge:PLACED_UNDER|WAS_PLACED_UNDER|WILL_PLACED_UNDER]-(member:Member)
  USING INDEX SEEK parent:Member(member_id)
  WHERE edge.leg IS NOT NULL
  RETURN collect([parent_id, edge.leg, member.member_id, edge.since, edge.until]) AS places
}
RETURN placement, sponsor, places
