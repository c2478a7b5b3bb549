// The openings that hold for some members, newest last where an import corrected an earlier one.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: openings: LIST<LIST<ANY>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:OPENING_OF]-(opening:Opening)
USING INDEX SEEK member:Member(member_id)
WITH member_id, opening ORDER BY opening.import_no
RETURN collect([member_id, opening.plan, opening.period, opening.kind, opening.name, opening.part, opening.value]) AS openings
