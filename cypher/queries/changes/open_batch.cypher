// Open a batch of the ledger under its key. It counts nowhere until it is booked; opened again, it is the same one.
//
// mode:    write
// params:  key: STRING, facts: MAP
// returns: none

MERGE (batch:Batch {key: $key})
ON CREATE SET batch += $facts, batch.state = 'writing'
