// The latest parent of some members in one tree.
//
// mode:    read
// params:  gone: LIST<STRING>
// returns: rows: LIST<LIST<STRING>>
// insert:  edge

UNWIND $gone AS member_id
MATCH (asked:Member {member_id: member_id})-[:<<edge>>]->(parent:Member)
USING INDEX SEEK asked:Member(member_id)
RETURN collect([member_id, parent.member_id]) AS rows
