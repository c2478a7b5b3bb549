// Post what a run corrects of closed periods: one entry for each payee. Can be repeated.
//
// mode:    write
// params:  run: INTEGER, batch: STRING, currency: STRING
// returns: none

MATCH (correction:Correction {run: $run})
WHERE correction.member_id IS NOT NULL AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
WITH correction.member_id AS owner, sum(correction.amount) AS amount
WHERE amount <> 0
CALL (owner, amount) {
  MERGE (entry:Entry {owner: owner, batch: $batch, account: 'payable', event: 'corrected', currency: $currency})
  ON CREATE SET entry.amount = amount
} IN TRANSACTIONS OF 5000 ROWS
