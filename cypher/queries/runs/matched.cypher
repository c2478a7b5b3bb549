// Note on a run which periods of other calendars its bonuses match, and the hash of their results.
//
// mode:    write
// params:  run: INTEGER, facts: MAP
// returns: none

MATCH (run:Run {number: $run})
SET run += $facts
