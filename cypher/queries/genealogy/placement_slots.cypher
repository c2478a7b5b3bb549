// Who stands, or stood, in the legs of these members in the placement tree.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: places: LIST<LIST<ANY>>

UNWIND $ids AS parent_id
MATCH (parent:Member {member_id: parent_id})<-[edge:PLACED_UNDER|WAS_PLACED_UNDER]-(member:Member)
USING INDEX SEEK parent:Member(member_id)
WHERE edge.leg IS NOT NULL
RETURN collect([parent_id, edge.leg, member.member_id, edge.since, edge.until]) AS places
