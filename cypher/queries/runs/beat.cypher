// Say that a run is still alive, and which stage it is in.
//
// mode:    write
// params:  run: INTEGER, stage: STRING
// returns: none

MATCH (run:Run {number: $run})
SET run.heartbeat_at = datetime(), run.stage = $stage
