// One member and everyone above in a run, nearest first, with what each overlay says of them.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, most: INTEGER, overlays: LIST<MAP>
// returns: member_id: STRING, name: STRING, status: STRING, active: BOOLEAN, personal_volume: INTEGER, rank: INTEGER, keeps: LIST<BOOLEAN>, reasons: LIST<STRING>, figures: LIST<INTEGER>, needed: LIST<INTEGER>
// insert:  depth, keeps, reasons, figures, needed

MATCH (asked:Standing {member_id: $member_id, run: $run})-[:UNDER*0..]->(standing:Standing)
USING INDEX SEEK asked:Standing(member_id, run)
WITH DISTINCT standing
ORDER BY standing.<<depth>> DESC
LIMIT $most
OPTIONAL MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
RETURN standing.member_id AS member_id, member.name AS name, standing.status AS status, standing.active AS active,
  standing.personal_volume AS personal_volume, standing.rank AS rank,
  [<<keeps>>] AS keeps, [<<reasons>>] AS reasons, [<<figures>>] AS figures, [<<needed>>] AS needed
