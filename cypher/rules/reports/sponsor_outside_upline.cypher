// Members whose sponsor is not above them in the placement tree of today.
//
// mode:    read
// params:  shown: INTEGER = 1000
// returns: member_id: STRING, name: STRING, sponsor_id: STRING, parent_id: STRING, since: DATE
// areas:   people, names
//
// The way up of each member is walked as far as the sponsor: where legs are very deep, and many sponsors outside, that
// takes long. Whoever is not placed is left out. `since` is the day of the member's place.

MATCH (member:Member)-[place:PLACED_UNDER]->(parent:Member)
MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
WHERE sponsor <> parent AND NOT EXISTS { (parent)-[:PLACED_UNDER*1..]->(sponsor) }
RETURN member.member_id AS member_id, member.name AS name, sponsor.member_id AS sponsor_id,
  parent.member_id AS parent_id, place.since AS since
ORDER BY since DESC, member_id
LIMIT $shown
