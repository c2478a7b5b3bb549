// How many batches are booked.
//
// mode:    read
// params:  none
// returns: batches: INTEGER

MATCH (batch:Batch)
WHERE batch.number > 0
RETURN count(*) AS batches
