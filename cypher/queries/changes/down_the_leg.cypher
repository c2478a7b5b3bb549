// A member and those below in one and the same leg, from the top; at most so many.
//
// mode:    read
// params:  member_id: STRING, names: LIST<STRING>, most: INTEGER
// returns: ids: LIST<STRING>

MATCH (start:Member {member_id: $member_id})<-[edges:PLACED_UNDER*0..]-(member:Member)
USING INDEX SEEK start:Member(member_id)
WHERE all(edge IN edges WHERE toLower(edge.leg) IN $names)
WITH member LIMIT $most
RETURN collect(member.member_id) AS ids
