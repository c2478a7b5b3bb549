// All edges of some members in one tree: today's, closed ones, those of a later day, and
// those that are believed no longer.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: edges: LIST<LIST<ANY>>
// insert:  any_day, once

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})-[edge:<<any_day>>|<<once>>]->(parent:Member)
USING INDEX SEEK member:Member(member_id)
WITH member_id, edge, parent ORDER BY edge.step
RETURN collect([member_id, parent.member_id, properties(edge), elementId(edge), type(edge)]) AS edges
