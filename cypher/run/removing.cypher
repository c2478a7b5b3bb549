// Mark a run as going away, so that an interrupted removal is taken up again.
//
// mode:    read-write
// params:  run: INTEGER
// returns: none

MATCH (run:Run {number: $run})
SET run.state = 'removing'
