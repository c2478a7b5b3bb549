// How large a payee's groups are, how large the company is, and which bonuses pay the payee something.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING
// returns: members: INTEGER, main: LIST<INTEGER>, sponsor: LIST<INTEGER>, bonuses: LIST<STRING>
//
// `main` and `sponsor` are the first and the end of the group's span in that tree, and the payee's depth there.

MATCH (run:Run {number: $run})
OPTIONAL MATCH (payee:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK payee:Standing(member_id, run)
RETURN run.members AS members, [payee.span_first, payee.span_end, payee.depth] AS main,
  [payee.sponsored_first, payee.sponsored_end, payee.enrolled_depth] AS sponsor,
  COLLECT { MATCH (payee)<-[:EARNED_BY]-(earning) RETURN earning.bonus } AS bonuses
