// The placements, today's and former ones, of a member and of everybody who is or was anywhere above.
//
// mode:    read
// params:  member_id: STRING
// returns: edges: LIST<LIST<ANY>>

MATCH (start:Member {member_id: $member_id})-[:PLACED_UNDER|WAS_PLACED_UNDER*0..]->(member)
USING INDEX SEEK start:Member(member_id)
WITH DISTINCT member
MATCH (member)-[edge:PLACED_UNDER|WAS_PLACED_UNDER]->(parent:Member)
WITH member, edge, parent ORDER BY member.member_id, edge.step
RETURN collect([
  member.member_id, parent.member_id, edge.since, edge.step, coalesce(edge.opened_at, edge.recorded_at)
]) AS edges
