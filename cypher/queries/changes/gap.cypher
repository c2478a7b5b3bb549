// Work out how far below a member the nearest free place is, in matrices of some widths; a row for each that changes,
// with the parent, whose own may change by it.
//
// mode:    read-write
// params:  member_id: STRING, gaps: LIST<MAP>, full: INTEGER
// returns: key: STRING, parent_id: STRING
//
// A gap is the levels down to the nearest member with room, times the width, and the places taken below that member.
// Nothing is stored where nobody is below: then it is the width. Places that somebody takes on a later day are taken. Where
// nobody is below today, but all places are taken, there is no free place: that is the number `full`, and more above.

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
OPTIONAL MATCH (member)-[:PLACED_UNDER]->(parent:Member)
UNWIND $gaps AS gap
CALL (member, gap) {
  MATCH (member)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(below:Member)
  WHERE NOT gap.legs OR toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2']
  RETURN count(DISTINCT coalesce(CASE toLower(edge.leg)
      WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE toLower(edge.leg)
    END, elementId(edge))) AS taken,
    coalesce(min(CASE type(edge) WHEN 'PLACED_UNDER' THEN coalesce(below[gap.key], gap.width) END), $full) AS least
}
WITH member, parent, gap, gap.width + CASE WHEN taken < gap.width THEN taken ELSE least END AS value
WHERE value <> coalesce(member[gap.key], gap.width)
SET member[gap.key] = nullIf(value, gap.width)
RETURN gap.key AS key, parent.member_id AS parent_id
