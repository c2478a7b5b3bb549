// Decide that a proposed batch is not booked.
//
// mode:    write
// params:  key: STRING, facts: MAP
// returns: none

MATCH (batch:Batch {key: $key, state: 'proposed'})
SET batch += $facts, batch.state = 'rejected'
