// What the accounts of some owners came to at the end of a day, by the batches that were booked until then.
//
// mode:    read
// params:  owners: LIST<STRING>, day: DATE
// returns: owner: STRING, currency: STRING, kind: STRING, amount: INTEGER

UNWIND $owners AS owner
MATCH (entry:Entry {owner: owner})
WHERE entry.batch IS NOT NULL AND entry.account IS NOT NULL AND entry.event IS NOT NULL
  AND entry.currency IS NOT NULL
MATCH (batch:Batch {key: entry.batch, state: 'booked'})
WHERE batch.day <= $day
RETURN owner, entry.currency AS currency, entry.account AS kind, sum(entry.amount) AS amount
ORDER BY owner, currency, kind
