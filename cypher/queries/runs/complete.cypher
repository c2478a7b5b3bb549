// Close a run: from here on it is the result of its period and plan, and the ones before it are superseded.
//
// mode:    write
// params:  run: INTEGER, facts: MAP
// returns: none

MATCH (run:Run {number: $run})
SET run.state = 'complete', run.finished_at = datetime(), run += $facts
WITH run
OPTIONAL MATCH (older:Run {period: run.period, plan: run.plan, state: 'complete'})
WHERE older.number < run.number
SET older.state = 'superseded'
