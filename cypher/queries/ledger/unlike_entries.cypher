// Accounts that are not the sum of the entries that were added up in them.
//
// mode:    read
// params:  shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (account:Account)
WHERE account.folded IS NOT NULL
WITH account.owner AS owner, account.kind AS kind, account.currency AS currency, account.folded AS folded
CALL (owner, kind, currency, folded) {
  MATCH (entry:Entry {owner: owner, account: kind, currency: currency})
  WHERE entry.batch IS NOT NULL AND entry.event IS NOT NULL
  MATCH (batch:Batch {key: entry.batch, state: 'booked'})
  WHERE batch.number <= folded[1]
  RETURN sum(entry.amount) AS amount
}
WITH owner, kind, currency, amount, folded
WHERE amount <> folded[0]
RETURN kind + ' of ' + CASE owner WHEN '' THEN 'the company' ELSE owner END + ' in ' + currency AS where,
  amount AS expected, folded[0] AS actual
ORDER BY where
LIMIT $shown
