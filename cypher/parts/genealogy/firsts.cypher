// One page of first parents in one tree: members after a given one, in order of their ids.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: members: LIST<STRING>, parents: LIST<STRING>, last: STRING
// insert:  any_day

MATCH (member:Member)
WHERE member.member_id > $after
WITH member ORDER BY member.member_id LIMIT $size
OPTIONAL MATCH (member)-[edge:<<any_day>>]->(parent:Member)
WHERE coalesce(edge.step, 0) = 0
WITH member.member_id AS member_id, parent.member_id AS parent_id
RETURN
  collect(CASE WHEN parent_id IS NOT NULL THEN member_id END) AS members,
  collect(parent_id) AS parents,
  max(member_id) AS last
