// The edges, today's and former ones, of everybody who is or was anywhere above some members in one tree: only if some of
// the movers are among those. Otherwise none can come above itself, and there is nothing to look at.
//
// mode:    read
// params:  ids: LIST<STRING>, movers: LIST<STRING>
// returns: edges: LIST<LIST<ANY>>
// insert:  any_day

MATCH (start:Member)-[:<<any_day>>*0..]->(above:Member)
USING INDEX SEEK start:Member(member_id)
WHERE start.member_id IN $ids
WITH collect(DISTINCT above) AS everybody
WHERE any(above IN everybody WHERE above.member_id IN $movers)
UNWIND everybody AS member
MATCH (member)-[edge:<<any_day>>]->(parent:Member)
WHERE NOT member.member_id IN $movers
WITH member, edge, parent ORDER BY member.member_id, edge.step
RETURN collect([
  member.member_id, parent.member_id, edge.since, edge.step, coalesce(edge.opened_at, edge.recorded_at)
]) AS edges
