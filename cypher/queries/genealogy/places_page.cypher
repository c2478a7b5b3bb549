// One page of members with their parents of today in both trees, in order of their ids; '' for none.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: members: LIST<STRING>, parents: LIST<STRING>, sponsors: LIST<STRING>

MATCH (member:Member)
WHERE member.member_id > $after
WITH member ORDER BY member.member_id LIMIT $size
OPTIONAL MATCH (member)-[:PLACED_UNDER]->(parent:Member)
OPTIONAL MATCH (member)-[:SPONSORED_BY]->(sponsor:Member)
WITH member, parent, sponsor
RETURN collect(member.member_id) AS members, collect(coalesce(parent.member_id, '')) AS parents,
  collect(coalesce(sponsor.member_id, '')) AS sponsors
