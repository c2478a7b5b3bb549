// What a run has booked of closed periods, from one correction on, in the order of members, corrected runs and bonuses.
//
// mode:    read
// params:  run: INTEGER, bonus: STRING, paid_run: INTEGER, after_member: STRING, after_run: INTEGER, after_bonus: STRING, first: INTEGER
// returns: rows: LIST<LIST<ANY>>
// insert:  within

MATCH (correction:Correction {run: $run})
WHERE correction.member_id >= $after_member AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
  AND (correction.member_id > $after_member OR correction.paid_run > $after_run
    OR (correction.paid_run = $after_run AND correction.bonus > $after_bonus))
  AND ($bonus IS NULL OR correction.bonus = $bonus) AND ($paid_run IS NULL OR correction.paid_run = $paid_run)
  AND <<within>>
WITH correction ORDER BY correction.member_id, correction.paid_run, correction.bonus LIMIT $first
RETURN collect([correction.member_id, correction.paid_run, correction.period, correction.bonus, correction.before,
  correction.after, correction.settled, correction.amount, correction.reason, correction.orders, correction.order_ids]) AS rows
