// The same in a compressed tree: who is below a member once others have been skipped.
// Nobody is below a member who keeps no place.
//
// mode:    read
// params:  run: INTEGER, parents: LIST<STRING>, most: INTEGER, overlay: INTEGER
// returns: member_id: STRING, parent_id: STRING, name: STRING, standing: MAP, frontline: INTEGER

UNWIND range(0, size($parents) - 1) AS place
MATCH (parent:Standing {member_id: $parents[place], run: $run})
USING INDEX SEEK parent:Standing(member_id, run)
WHERE parent.keeps[$overlay]
CALL (parent) {
  MATCH (parent)<-[:UNDER]-(below)
  RETURN below
  UNION ALL
  MATCH (parent)<-[into:COMPRESSED_INTO]-(skipped)
  WHERE $overlay IN into.overlays
  MATCH (skipped)<-[:UNDER]-(below)
  RETURN below
}
WITH place, parent, below ORDER BY place, below.member_id LIMIT $most
OPTIONAL MATCH (member:Member {member_id: below.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN below.member_id AS member_id, parent.member_id AS parent_id, member.name AS name,
  properties(below) AS standing, COUNT { (below)<-[:UNDER]-() } AS frontline
