// What some members earned in one run, by bonus.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: member_id: STRING, bonus: STRING, amount: INTEGER, exact: INTEGER, lines: INTEGER, cut: INTEGER

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})<-[:EARNED_BY]-(earning)
USING INDEX SEEK standing:Standing(member_id, run)
RETURN member_id, earning.bonus AS bonus, earning.amount AS amount, earning.exact AS exact,
  earning.lines AS lines, coalesce(earning.cut, 0) AS cut
