// A page of the members directly below each of some members in one tree today, by member id between two given ones.
//
// mode:    read
// params:  member_ids: LIST<STRING>, after: STRING, before: STRING, first: INTEGER
// returns: parent_id: STRING, members: LIST<MAP>, total: INTEGER
// insert:  open, above_within, member_within, sponsor, parent, total
//
// In a company of one tree the leg is that below the sponsor.

UNWIND $member_ids AS member_id
MATCH (above:Member {member_id: member_id})
USING INDEX SEEK above:Member(member_id)
WHERE <<above_within>>
CALL (above) {
  MATCH (above)<-[:<<open>>]-(member:Member)
  WHERE member.member_id > $after AND member.member_id < $before AND <<member_within>>
  WITH member ORDER BY member.member_id LIMIT $first
  OPTIONAL MATCH (member)-[sponsored:SPONSORED_BY]->(sponsor:Member)
  OPTIONAL MATCH (member)-[edge:PLACED_UNDER]->(parent:Member)
  RETURN collect({
    member: properties(member),
    sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END,
    placement_id: CASE WHEN <<parent>> THEN parent.member_id END,
    leg: CASE WHEN EXISTS { (:Company {key: 'company', one_tree: true}) } THEN sponsored.leg ELSE edge.leg END
  }) AS members
}
RETURN above.member_id AS parent_id, members, <<total>> AS total
