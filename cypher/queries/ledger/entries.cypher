// A page of the entries of an owner, the latest first.
//
// mode:    read
// params:  owner: STRING, after: STRING, before: STRING, first: INTEGER
// returns: key: STRING, entry: MAP, batch: MAP

MATCH (entry:Entry {owner: $owner})
WHERE entry.batch IS NOT NULL AND entry.account IS NOT NULL AND entry.event IS NOT NULL
  AND entry.currency IS NOT NULL
MATCH (batch:Batch {key: entry.batch, state: 'booked'})
WITH entry, batch, right('000000000000' + (999999999999 - batch.number), 12) + ' ' + entry.account + ' ' + entry.event
  + ' ' + entry.currency AS key
WHERE key > $after AND key < $before
RETURN key, entry {.*} AS entry, batch {.*} AS batch
ORDER BY key LIMIT $first
