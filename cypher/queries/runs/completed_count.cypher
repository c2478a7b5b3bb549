// How many complete runs there are, of a period and plan where these are given.
//
// mode:    read
// params:  period: STRING, plan: STRING
// returns: total: INTEGER

MATCH (run:Run {state: 'complete'})
WHERE ($period IS NULL OR run.period = $period) AND ($plan IS NULL OR run.plan = $plan)
RETURN count(run) AS total
