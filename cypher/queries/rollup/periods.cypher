// The complete runs of a plan, or of all plans, the newest first.
//
// mode:    read
// params:  plan: STRING
// returns: runs: LIST<LIST<ANY>>

MATCH (run:Run {state: 'complete'})
WHERE $plan IS NULL OR run.plan = $plan
WITH run ORDER BY run.number DESC
RETURN collect([run.number, run.plan, run.calendar, run.last_day]) AS runs
