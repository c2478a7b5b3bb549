// Open a run under a number of its caller, in a transaction that is rolled back: it takes no number of the company, waits
// for no other run and lets none wait.
//
// mode:    write
// params:  run_id: STRING, number: INTEGER, cut: INTEGER, facts: MAP
// returns: none

CREATE (run:Run {number: $number, run_id: $run_id, state: 'running', cut: $cut})
SET run += $facts, run.started_at = datetime(), run.heartbeat_at = datetime()
