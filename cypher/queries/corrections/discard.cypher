// Remove what a run has booked that is not, or no longer, a result.
//
// mode:    write
// params:  run: INTEGER
// returns: none

MATCH (correction:Correction {run: $run})
WHERE correction.member_id IS NOT NULL AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
CALL (correction) {
  DELETE correction
} IN TRANSACTIONS OF 5000 ROWS
