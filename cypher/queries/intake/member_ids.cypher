// Those of some identifiers that members have.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: ids: LIST<STRING>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
RETURN collect(member_id) AS ids
