// How many are below a member in one tree on a day, by level.
//
// mode:    read
// params:  member_id: STRING, reach: MAP
// returns: levels: LIST<LIST<INTEGER>>
// insert:  types, holds, levels, top_within, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH way = (top)<-[edges:<<types>>*1..<<levels>>]-(last_one:Member)
WHERE all(edge IN edges WHERE <<holds>>)
WITH last_one, min(length(way)) AS level
WHERE <<within>>
WITH level, count(*) AS members ORDER BY level
RETURN collect([level, members]) AS levels
