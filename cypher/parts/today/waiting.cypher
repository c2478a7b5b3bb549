// A page of the holding tank of some members: whom they sponsor and who has never been placed, by member id between two
// given ones.
//
// mode:    read
// params:  member_ids: LIST<STRING>, after: STRING, before: STRING, first: INTEGER, reach: MAP
// returns: parent_id: STRING, members: LIST<MAP>, total: INTEGER
// insert:  above_within, member_within, sponsor
//
// In a company of one tree nobody waits.

UNWIND $member_ids AS member_id
MATCH (above:Member {member_id: member_id})
USING INDEX SEEK above:Member(member_id)
WHERE <<above_within>>
CALL (above) {
  MATCH (above)<-[:SPONSORED_BY]-(member:Member)
  WHERE NOT EXISTS { (:Company {key: 'company', one_tree: true}) }
    AND NOT EXISTS { (member)-[:PLACED_UNDER|WAS_PLACED_UNDER]->(:Member) } AND <<member_within>>
  RETURN collect(member) AS waiting
}
CALL (waiting) {
  UNWIND waiting AS member
  WITH member, member.member_id AS member_id
  WHERE member_id > $after AND member_id < $before
  WITH member, member_id ORDER BY member_id LIMIT $first
  OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
  RETURN collect({
    member: properties(member), sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END
  }) AS members
}
RETURN above.member_id AS parent_id, members, size(waiting) AS total
