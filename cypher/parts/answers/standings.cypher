// Some standings of one run from the top down, each with the member above, the sponsor and the size of the frontline.
//
// mode:    read
// params:  none
// returns: standings: LIST<MAP>
// insert:  chosen, parent, sponsor, name, frontline

<<chosen>>
OPTIONAL MATCH (standing)-[edge:UNDER]->(parent)
OPTIONAL MATCH (standing)-[:ENROLLED_UNDER]->(sponsor)
OPTIONAL MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
WITH standing, edge, parent, sponsor, member ORDER BY standing.depth, standing.member_id
RETURN collect({
  standing: properties(standing), parent_id: CASE WHEN <<parent>> THEN parent.member_id END, leg: edge.leg,
  sponsor_id: CASE WHEN <<sponsor>> THEN sponsor.member_id END, name: <<name>>, frontline: <<frontline>>
}) AS standings
