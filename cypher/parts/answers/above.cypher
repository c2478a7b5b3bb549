// Who is above some members in one run, nearest first, on some levels: level, today's name, rank.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, levels: INTEGER
// returns: member_id: STRING, rows: LIST<LIST<ANY>>
// insert:  start

UNWIND $member_ids AS member_id
MATCH (start:Standing {member_id: member_id, run: $run})
USING INDEX SEEK start:Standing(member_id, run)
WHERE <<start>>
CALL (start) {
  MATCH (start) (()-[:UNDER]->(step WHERE step.depth >= start.depth - $levels)){1,} (above)
  WITH above ORDER BY above.depth DESC
  OPTIONAL MATCH (member:Member {member_id: above.member_id})
  USING INDEX SEEK member:Member(member_id)
  RETURN collect([start.depth - above.depth, member.name, above.rank]) AS rows
}
RETURN start.member_id AS member_id, rows
