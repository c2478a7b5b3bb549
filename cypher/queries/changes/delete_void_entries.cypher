// Delete the entries of batches that were given up: they never counted.
//
// mode:    write
// params:  none
// returns: none

MATCH (batch:Batch {state: 'void'})
WITH collect(batch.key) AS keys
UNWIND keys AS key
MATCH (entry:Entry {batch: key})
CALL (entry) {
  DELETE entry
} IN TRANSACTIONS OF 10000 ROWS
