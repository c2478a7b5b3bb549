// Everybody above a member in one tree on a day, nearest first, and the member itself as level 0, each with the place of
// that day.
//
// mode:    read
// params:  member_id: STRING, first: INTEGER, reach: MAP
// returns: people: LIST<LIST<ANY>>
// insert:  types, holds, levels, top_within, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH way = (top)-[edges:<<types>>*0..<<levels>>]->(last_one:Member)
WHERE all(edge IN edges WHERE <<holds>>)
WITH last_one, min(length(way)) AS level
ORDER BY level
LIMIT $first + 1
OPTIONAL MATCH (last_one)-[edge:<<types>>]->(:Member)
WHERE <<holds>>
WITH last_one, level, edge ORDER BY level
RETURN collect([last_one.member_id, last_one.name, level, edge.leg, edge.since, <<within>>]) AS people
