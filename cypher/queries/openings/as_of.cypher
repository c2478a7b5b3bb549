// The openings of a plan as of a period, of those up to a change: of one that was corrected the last version.
//
// mode:    read
// params:  plan: STRING, period: STRING, cut: INTEGER
// returns: member_id: STRING, kind: STRING, name: STRING, part: STRING, value: STRING

MATCH (opening:Opening {plan: $plan, period: $period})-[:OPENING_OF]->(member:Member)
WHERE opening.import_no <= $cut
WITH member.member_id AS member_id, opening ORDER BY opening.import_no
WITH member_id, opening.kind AS kind, opening.name AS name, opening.part AS part, collect(opening.value) AS values
RETURN member_id, kind, name, part, values[-1] AS value
ORDER BY member_id, kind, name, part
