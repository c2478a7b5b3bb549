// A booked batch by its number; no row where there is none.
//
// mode:    read
// params:  number: INTEGER
// returns: batch: MAP

MATCH (batch:Batch {number: $number})
RETURN batch {.*} AS batch
