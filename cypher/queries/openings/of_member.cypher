// The openings of one member that a run carries from: of one that was corrected the last version that the run saw.
//
// mode:    read
// params:  member_id: STRING, plan: STRING, period: STRING, cut: INTEGER
// returns: kind: STRING, name: STRING, part: STRING, value: STRING

MATCH (member:Member {member_id: $member_id})<-[:OPENING_OF]-(opening:Opening {plan: $plan, period: $period})
USING INDEX SEEK member:Member(member_id)
WHERE opening.import_no <= $cut
WITH opening ORDER BY opening.import_no
WITH opening.kind AS kind, opening.name AS name, opening.part AS part, collect(opening.value) AS values
RETURN kind, name, part, values[-1] AS value
ORDER BY kind, name, part
