// A batch by its key; no row where there is none.
//
// mode:    read
// params:  key: STRING
// returns: batch: MAP

MATCH (batch:Batch {key: $key})
RETURN batch {.*} AS batch
