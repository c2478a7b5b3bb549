// The group of one member down to some levels, level by level, in the tree or in one of its overlays.
//
// mode:    read
// params:  run: INTEGER, parents: LIST<STRING>, most: INTEGER
// returns: member_id: STRING, parent_id: STRING, name: STRING, standing: MAP, frontline: INTEGER

UNWIND range(0, size($parents) - 1) AS place
MATCH (parent:Standing {member_id: $parents[place], run: $run})<-[:UNDER]-(below)
USING INDEX SEEK parent:Standing(member_id, run)
WITH place, parent, below ORDER BY place, below.member_id LIMIT $most
OPTIONAL MATCH (member:Member {member_id: below.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN below.member_id AS member_id, parent.member_id AS parent_id, member.name AS name,
  properties(below) AS standing, COUNT { (below)<-[:UNDER]-() } AS frontline
