// What later runs have booked of a closed one for a member, the oldest run first.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING
// returns: booked_by: INTEGER, booked_in: STRING, correction: LIST<ANY>

MATCH (later:Run {state: 'complete'})
WHERE $run IN later.corrects
MATCH (correction:Correction {run: later.number, member_id: $member_id})
WHERE correction.paid_run = $run AND correction.bonus IS NOT NULL
WITH later, correction ORDER BY later.number, correction.bonus
RETURN later.number AS booked_by, later.period AS booked_in, [correction.member_id, correction.paid_run,
  correction.period, correction.bonus, correction.before, correction.after, correction.settled, correction.amount,
  correction.reason, correction.orders, correction.order_ids] AS correction
