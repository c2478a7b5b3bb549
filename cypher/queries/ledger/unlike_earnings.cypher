// Payees of a run whose entry in a batch is not the sum of their earnings, and entries of nobody who earned anything.
//
// mode:    read
// params:  run: INTEGER, batch: STRING, currency: STRING, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

CALL () {
  MATCH (standing:Standing {run: $run})
  USING INDEX SEEK standing:Standing(run, depth)
  WHERE standing.depth >= 0 AND standing.earned IS NOT NULL
  MATCH (standing)<-[:EARNED_BY]-(earning)
  WITH standing.member_id AS owner, sum(earning.amount) AS earned
  OPTIONAL MATCH (entry:Entry {
    owner: owner, batch: $batch, account: 'payable', event: 'earned', currency: $currency
  })
  WITH owner, earned, coalesce(entry.amount, 0) AS posted
  WHERE earned <> posted
  RETURN owner, earned, posted
  LIMIT $shown
  UNION ALL
  MATCH (entry:Entry {batch: $batch})
  WHERE entry.event = 'earned' AND entry.owner <> '' AND NOT EXISTS {
    MATCH (standing:Standing {member_id: entry.owner, run: $run})
    WHERE standing.earned <> 0
  }
  RETURN entry.owner AS owner, 0 AS earned, entry.amount AS posted
  LIMIT $shown
}
RETURN owner AS where, earned AS expected, posted AS actual
ORDER BY where
LIMIT $shown
