// The latest parent of some members in one tree.
//
// mode:    read
// params:  gone: LIST<STRING>
// returns: rows: LIST<LIST<STRING>>
// insert:  edge

UNWIND $gone AS member_id
MATCH (child:Member {member_id: member_id})-[:<<edge>>]->(parent:Member)
USING INDEX SEEK child:Member(member_id)
RETURN collect([member_id, parent.member_id]) AS rows
