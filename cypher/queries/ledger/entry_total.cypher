// How many entries an owner has.
//
// mode:    read
// params:  owner: STRING
// returns: entries: INTEGER

MATCH (entry:Entry {owner: $owner})
WHERE entry.batch IS NOT NULL AND entry.account IS NOT NULL AND entry.event IS NOT NULL
  AND entry.currency IS NOT NULL
MATCH (batch:Batch {key: entry.batch, state: 'booked'})
RETURN count(*) AS entries
