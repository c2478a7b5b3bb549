// Note how far a live run has seen.
//
// mode:    write
// params:  run: INTEGER, cut: INTEGER
// returns: none

MATCH (run:Run {number: $run})
SET run.cut = $cut, run.refreshed_at = datetime()
