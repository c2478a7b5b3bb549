// Mark a run as going away and claim its removal, so that one process does it and an interrupted removal continues later.
// No row: another process has claimed it since it was looked at, a commit rests on it, or on a restated run another one.
//
// mode:    read-write
// params:  run: INTEGER, seen: STRING, facts: MAP
// returns: number: INTEGER
//
// The first SET takes the lock, so that the claim that is compared is the last one.

MATCH (run:Run {number: $run})
SET run.number = $run
WITH run
WHERE coalesce(run.claim, '') = coalesce($seen, '') AND run.closed_by IS NULL
  AND (run.restates IS NULL OR NOT EXISTS {
    MATCH (user:Run)
    WHERE $run IN user.restated AND user.state IN ['complete', 'live', 'running']
  })
SET run.state = 'removing', run.heartbeat_at = datetime(), run += $facts
RETURN run.number AS number
