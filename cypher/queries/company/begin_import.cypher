// Open an import; nothing of it counts until it is complete.
//
// mode:    write
// params:  number: INTEGER, facts: MAP
// returns: none

CREATE (load:Import {number: $number, state: 'running'})
SET load += $facts, load.started_at = datetime()
