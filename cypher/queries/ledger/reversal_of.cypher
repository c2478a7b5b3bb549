// What takes a posting back, unless it was rejected.
//
// mode:    read
// params:  key: STRING
// returns: posting: INTEGER, state: STRING

MATCH (batch:Batch)
WHERE batch.posting > 0 AND batch.reverses = $key AND batch.state <> 'rejected'
RETURN batch.posting AS posting, batch.state AS state
