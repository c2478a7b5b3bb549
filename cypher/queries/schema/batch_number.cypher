// Booked batches are found by their numbers, in order.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX batch_number IF NOT EXISTS FOR (batch:Batch) ON (batch.number)
