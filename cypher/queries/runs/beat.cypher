// Record that a run is still alive, and its stage.
//
// mode:    write
// params:  run: INTEGER, stage: STRING
// returns: none

MATCH (run:Run {number: $run})
SET run.heartbeat_at = datetime(), run.stage = $stage
