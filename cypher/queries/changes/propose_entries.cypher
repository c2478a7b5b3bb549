// Post a batch of few entries that counts nowhere until another person approves it.
//
// mode:    write
// params:  key: STRING, facts: MAP, entries: LIST<MAP>
// returns: none

CREATE (batch:Batch {key: $key})
SET batch += $facts, batch.state = 'proposed'
FOREACH (row IN $entries |
  CREATE (entry:Entry {batch: $key})
  SET entry += row
)
