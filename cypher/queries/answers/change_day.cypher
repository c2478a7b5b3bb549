// When a change was complete.
//
// mode:    read
// params:  number: INTEGER
// returns: finished_at: DATETIME

MATCH (change:Change {number: $number})
RETURN change.finished_at AS finished_at
