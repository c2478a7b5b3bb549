// Everybody above a member in one tree on a day, nearest first, with the place of each.
//
// mode:    read
// params:  member_id: STRING, first: INTEGER, reach: MAP
// returns: people: LIST<LIST<ANY>>
// insert:  types, holds, levels, top_within, within

MATCH (top:Member {member_id: $member_id})
USING INDEX SEEK top:Member(member_id)
WHERE <<top_within>>
MATCH (top) ((below:Member)-[edge:<<types>>]->(above:Member) WHERE <<holds>>){1,<<levels>>} (last_one:Member)
WHERE <<within>>
WITH last_one, size(edge) AS level, edge[-1] AS place, below[-1] AS child
ORDER BY level
LIMIT $first
RETURN collect([
  last_one.member_id, last_one.name, level, child.member_id, place.leg, place.since
]) AS people
