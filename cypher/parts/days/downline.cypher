// Everybody below a member in one tree on a day, nearest level first, with the parent and the leg of that day.
//
// mode:    read
// params:  member_id: STRING, first: INTEGER, reach: MAP
// returns: people: LIST<LIST<ANY>>
// insert:  types, holds, levels, top_within, within
//
// Levels come from a search that visits everybody once, so a leg may be as deep as it likes.

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH way = (top)<-[edges:<<types>>*1..<<levels>>]-(last_one:Member)
WHERE all(edge IN edges WHERE <<holds>>)
WITH last_one, min(length(way)) AS level
WHERE <<within>>
WITH last_one, level
ORDER BY level, last_one.member_id
LIMIT $first
MATCH (last_one)-[edge:<<types>>]->(parent:Member)
WHERE <<holds>>
WITH last_one, level, edge, parent ORDER BY level, last_one.member_id
RETURN collect([last_one.member_id, last_one.name, level, parent.member_id, edge.leg, edge.since]) AS people
