// Work out how far below a member the nearest free place is, in matrices of some widths; a row for each that changes,
// with the parent, whose own may change by it.
//
// mode:    read-write
// params:  member_id: STRING, gaps: LIST<MAP>
// returns: key: STRING, parent_id: STRING
//
// A gap is the levels down to the nearest member with room, times the width, and the places taken below that member.
// Nothing is stored where nobody is below: then it is the width.

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:PLACED_UNDER]->(parent:Member)
UNWIND $gaps AS gap
CALL (member, gap) {
  MATCH (member)<-[edge:PLACED_UNDER]-(below:Member)
  WHERE NOT gap.legs OR toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
  RETURN count(below) AS taken, min(coalesce(below[gap.key], gap.width)) AS least
}
WITH member, parent, gap, gap.width + CASE WHEN taken < gap.width THEN taken ELSE least END AS value
WHERE value <> coalesce(member[gap.key], gap.width)
SET member[gap.key] = nullIf(value, gap.width)
RETURN gap.key AS key, parent.member_id AS parent_id
