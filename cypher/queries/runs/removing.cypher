// Mark a run as going away, so that an interrupted removal continues later.
//
// mode:    write
// params:  run: INTEGER
// returns: none

MATCH (run:Run {number: $run})
SET run.state = 'removing'
