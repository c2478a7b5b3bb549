// Note on a run which periods of other calendars its bonuses match, and the hash of what those came to.
//
// mode:    write
// params:  run: INTEGER, facts: MAP
// returns: none

MATCH (run:Run {number: $run})
SET run += $facts
