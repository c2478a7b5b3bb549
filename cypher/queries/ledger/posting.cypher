// What was booked by hand, or proposed, under a number; no row where there is none.
//
// mode:    read
// params:  number: INTEGER
// returns: batch: MAP

MATCH (batch:Batch {posting: $number})
RETURN batch {.*} AS batch
