// What a run has booked of closed periods for some members, in the order of members, corrected runs and bonuses.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: rows: LIST<LIST<ANY>>

UNWIND $member_ids AS member_id
MATCH (correction:Correction {run: $run, member_id: member_id})
WHERE correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
WITH correction ORDER BY correction.member_id, correction.paid_run, correction.bonus
RETURN collect([correction.member_id, correction.paid_run, correction.period, correction.bonus, correction.before,
  correction.after, correction.settled, correction.amount, correction.reason, correction.orders, correction.order_ids]) AS rows
