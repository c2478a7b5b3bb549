// A page of the booked batches, the latest first.
//
// mode:    read
// params:  after: STRING, before: STRING, first: INTEGER
// returns: key: STRING, batch: MAP

MATCH (batch:Batch)
WHERE batch.number > 0
WITH batch, right('000000000000' + (999999999999 - batch.number), 12) AS key
WHERE key > $after AND key < $before
RETURN key, batch {.*} AS batch
ORDER BY key LIMIT $first
