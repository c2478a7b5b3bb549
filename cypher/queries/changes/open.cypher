// Open a change set; nothing of it counts until it is complete.
//
// mode:    write
// params:  number: INTEGER, facts: MAP
// returns: none

CREATE (change:Change {number: $number, state: 'running'})
SET change += $facts, change.started_at = datetime(), change.heartbeat_at = datetime()
