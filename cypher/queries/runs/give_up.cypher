// Mark an interrupted run as going away. No row: another process has done so, or has claimed it.
//
// mode:    read-write
// params:  run: INTEGER, claim: STRING
// returns: number: INTEGER

MATCH (run:Run {number: $run})
SET run.number = $run
WITH run
WHERE run.state = 'running' AND coalesce(run.claim, '') = coalesce($claim, '')
SET run.state = 'removing'
RETURN run.number AS number
