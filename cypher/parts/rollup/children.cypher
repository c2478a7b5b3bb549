// Members directly below some members in one tree today, and their legs.
//
// mode:    read
// params:  gone: LIST<STRING>
// returns: rows: LIST<LIST<STRING>>
// insert:  edge

UNWIND $gone AS parent_id
MATCH (parent:Member {member_id: parent_id})<-[under:<<edge>>]-(member:Member)
USING INDEX SEEK parent:Member(member_id)
RETURN collect([member.member_id, parent_id, under.leg]) AS rows
