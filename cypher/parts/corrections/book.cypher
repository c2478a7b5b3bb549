// Book what a member of a committed run should have been paid, less what is settled by now, bonus by bonus.
//
// mode:    fragment
// params:  run: INTEGER, restated: INTEGER, booked_by: INTEGER, settled_by: LIST<INTEGER>, period: STRING
// returns: none
//
// `run` is the committed run, `restated` the same period computed again, `booked_by` the open run, and `settled_by` the
// committed runs that have booked corrections of the first. By additions: past 64 bits they are refused, where sum() goes
// on with a float.

CALL (standing) {
  MATCH (standing)<-[:EARNED_BY]-(earning)
  RETURN earning.bonus AS bonus, earning.amount AS paid, 0 AS due, 0 AS booked
  UNION ALL
  MATCH (again:Standing {member_id: standing.member_id, run: $restated})
  USING INDEX SEEK again:Standing(member_id, run)
  MATCH (again)<-[:EARNED_BY]-(earning)
  RETURN earning.bonus AS bonus, 0 AS paid, earning.amount AS due, 0 AS booked
  UNION ALL
  UNWIND $settled_by AS earlier
  MATCH (correction:Correction {run: earlier, member_id: standing.member_id, paid_run: $run})
  WHERE correction.bonus IS NOT NULL
  RETURN correction.bonus AS bonus, 0 AS paid, 0 AS due, correction.amount AS booked
}
WITH standing, bonus, reduce(total = 0, each IN collect(paid) | total + each) AS before,
  reduce(total = 0, each IN collect(due) | total + each) AS after,
  reduce(total = 0, each IN collect(booked) | total + each) AS booked
WITH standing, bonus, before, after, before + booked AS settled
WHERE after <> settled
CREATE (:Correction {
  run: $booked_by, member_id: standing.member_id, paid_run: $run, bonus: bonus, period: $period,
  before: before, after: after, settled: settled, amount: after - settled, reason: 'restated', orders: 0, order_ids: []
})
