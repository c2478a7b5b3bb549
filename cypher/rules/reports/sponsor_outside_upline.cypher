// Members whose sponsor is not above them in the placement tree of today.
//
// mode:    read
// params:  outside: LIST<STRING>, shown: INTEGER = 1000
// returns: member_id: STRING, name: STRING, sponsor_id: STRING, parent_id: STRING, since: DATE
// areas:   people, names
//
// `outside` are their ids, which Upline finds in one pass over the tree: a statement can only walk up from each member,
// which takes the square of a leg's depth. Whoever is not placed is left out. `since` is the day of the member's place.

UNWIND $outside AS member_id
MATCH (member:Member {member_id: member_id})-[place:PLACED_UNDER]->(parent:Member)
USING INDEX SEEK member:Member(member_id)
MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
RETURN member.member_id AS member_id, member.name AS name, sponsor.member_id AS sponsor_id,
  parent.member_id AS parent_id, place.since AS since
ORDER BY since DESC, member_id
LIMIT $shown
