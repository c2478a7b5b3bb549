// Take over a change set that was interrupted, to take back what it has written.
//
// mode:    write
// params:  number: INTEGER, facts: MAP
// returns: none

MATCH (change:Change {number: $number})
SET change += $facts, change.state = 'taking back', change.heartbeat_at = datetime()
