// Some members by id, each with today's sponsor and placement.
//
// mode:    read
// params:  none
// returns: members: LIST<MAP>
// insert:  chosen, sponsor, parent
//
// In a company of one tree the leg is that below the sponsor.

<<chosen>>
OPTIONAL MATCH (member)-[sponsored:SPONSORED_BY]->(sponsor:Member)
OPTIONAL MATCH (member)-[placed:PLACED_UNDER]->(parent:Member)
WITH member, sponsored, sponsor, parent, placed ORDER BY member.member_id
RETURN collect({
  member: properties(member),
  sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END,
  placement_id: CASE WHEN <<parent>> THEN parent.member_id END,
  leg: CASE WHEN EXISTS { (:Company {key: 'company', one_tree: true}) } THEN sponsored.leg ELSE placed.leg END
}) AS members
