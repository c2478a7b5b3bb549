// Record that a run is still alive, its stage, and how far that is: standings or rows done, of how many (0: not known).
//
// mode:    write
// params:  run: INTEGER, stage: STRING, done: INTEGER, total: INTEGER
// returns: none

MATCH (run:Run {number: $run})
SET run.heartbeat_at = datetime(), run.stage = $stage, run.done = $done, run.total = $total
