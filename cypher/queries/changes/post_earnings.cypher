// Post what a run pays to the accounts of its payees: one entry for each payee. Can be repeated.
//
// mode:    write
// params:  run: INTEGER, batch: STRING, currency: STRING
// returns: none

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing.earned <> 0
CALL (standing) {
  MERGE (entry:Entry {
    owner: standing.member_id, batch: $batch, account: 'payable', event: 'earned', currency: $currency
  })
  ON CREATE SET entry.amount = standing.earned
} IN TRANSACTIONS OF 5000 ROWS
