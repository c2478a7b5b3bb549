// Some members of a run, with what each overlay decided about them.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, overlays: LIST<MAP>
// returns: member_id: STRING, name: STRING, rank: INTEGER, keeps: LIST<BOOLEAN>, reasons: LIST<STRING>, figures: LIST<INTEGER>, needed: LIST<INTEGER>
// insert:  keeps, reasons, figures, needed

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
OPTIONAL MATCH (member:Member {member_id: member_id})
USING INDEX SEEK member:Member(member_id)
RETURN member_id, member.name AS name, standing.rank AS rank,
  [<<keeps>>] AS keeps, [<<reasons>>] AS reasons, [<<figures>>] AS figures, [<<needed>>] AS needed
