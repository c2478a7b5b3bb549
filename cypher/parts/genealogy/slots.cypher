// Who is, or was, in the legs of some members in one tree, and from when until when.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: places: LIST<LIST<ANY>>
// insert:  any_day

UNWIND $ids AS parent_id
MATCH (parent:Member {member_id: parent_id})<-[edge:<<any_day>>]-(member:Member)
USING INDEX SEEK parent:Member(member_id)
WHERE edge.leg IS NOT NULL
RETURN collect([parent_id, edge.leg, member.member_id, edge.since, edge.until]) AS places
