// How many corrections of closed periods a run has booked.
//
// mode:    read
// params:  run: INTEGER, bonus: STRING, paid_run: INTEGER
// returns: corrections: INTEGER
// insert:  within

MATCH (correction:Correction {run: $run})
WHERE correction.member_id IS NOT NULL AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
  AND ($bonus IS NULL OR correction.bonus = $bonus) AND ($paid_run IS NULL OR correction.paid_run = $paid_run)
  AND <<within>>
RETURN count(correction) AS corrections
