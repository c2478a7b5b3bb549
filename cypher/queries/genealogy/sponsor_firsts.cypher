// One page of first parents in the sponsor tree: members after the given one, in order of their identifiers.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: members: LIST<STRING>, parents: LIST<STRING>, last: STRING

MATCH (member:Member)
WHERE member.member_id > $after
WITH member ORDER BY member.member_id LIMIT $size
OPTIONAL MATCH (member)-[edge:SPONSORED_BY|WAS_SPONSORED_BY]->(parent:Member)
WHERE coalesce(edge.step, 0) = 0
WITH member.member_id AS member_id, parent.member_id AS parent_id
RETURN
  collect(CASE WHEN parent_id IS NOT NULL THEN member_id END) AS members,
  collect(parent_id) AS parents,
  max(member_id) AS last
