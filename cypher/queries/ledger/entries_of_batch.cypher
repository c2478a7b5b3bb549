// A page of the entries of a batch, by owner, account and event; those of the company come first.
//
// mode:    read
// params:  batch: STRING, after: STRING, before: STRING, first: INTEGER
// returns: key: STRING, entry: MAP

MATCH (entry:Entry {batch: $batch})
WITH entry, entry.owner + ' ' + entry.account + ' ' + entry.event + ' ' + entry.currency AS key
WHERE key > $after AND key < $before
RETURN key, entry {.*} AS entry
ORDER BY key LIMIT $first
