// Everybody below a member in one tree on a day, nearest level first, with the parent and the leg of that day.
//
// mode:    read
// params:  member_id: STRING, first: INTEGER, reach: MAP
// returns: people: LIST<LIST<ANY>>
// insert:  types, holds, levels, top_within, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH (top) ((above:Member)<-[edge:<<types>>]-(below:Member) WHERE <<holds>>){1,<<levels>>} (last_one:Member)
WHERE <<within>>
WITH last_one, size(edge) AS level, edge[-1] AS place, above[-1] AS parent
ORDER BY level, last_one.member_id
LIMIT $first
RETURN collect([
  last_one.member_id, last_one.name, level, parent.member_id, place.leg, place.since
]) AS people
