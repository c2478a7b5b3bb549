// Booked batches whose entries do not add up to zero in a currency, or are not those that were booked.
//
// mode:    read
// params:  shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (batch:Batch)
WHERE batch.number > 0
CALL (batch) {
  MATCH (entry:Entry {batch: batch.key})
  WITH entry.currency AS currency, sum(entry.amount) AS amount
  WHERE amount <> 0
  RETURN 'batch ' + batch.number + ' in ' + currency AS where, 0 AS expected, amount AS actual
  UNION ALL
  WITH batch, COUNT { MATCH (:Entry {batch: batch.key}) } AS entries
  WHERE entries <> batch.entries
  RETURN 'entries of batch ' + batch.number AS where, batch.entries AS expected, entries AS actual
}
RETURN where, expected, actual
ORDER BY where
LIMIT $shown
