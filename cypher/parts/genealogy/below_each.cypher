// Who is directly below some members in one tree on a day: the parent, the member, and the leg.
//
// mode:    read
// params:  ids: LIST<STRING>, day: DATE
// returns: members: LIST<LIST<STRING>>
// insert:  any_day

UNWIND $ids AS parent_id
MATCH (parent:Member {member_id: parent_id})<-[edge:<<any_day>>]-(member:Member)
USING INDEX SEEK parent:Member(member_id)
WHERE edge.since <= $day AND (edge.until IS NULL OR $day < edge.until)
WITH parent_id, member, edge ORDER BY parent_id, member.member_id
RETURN collect([parent_id, member.member_id, edge.leg]) AS members
