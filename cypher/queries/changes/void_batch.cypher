// Give up a batch that is not booked.
//
// mode:    write
// params:  key: STRING
// returns: none

MATCH (batch:Batch {key: $key, state: 'writing'})
SET batch.state = 'void'
