// How many are below a member in one tree on a day, by level.
//
// mode:    read
// params:  member_id: STRING, reach: MAP
// returns: levels: LIST<LIST<INTEGER>>
// insert:  types, holds, levels, top_within, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH (top) ((above:Member)<-[edge:<<types>>]-(below:Member) WHERE <<holds>>){1,<<levels>>} (last_one:Member)
WHERE <<within>>
WITH size(edge) AS level, count(*) AS members ORDER BY level
RETURN collect([level, members]) AS levels
