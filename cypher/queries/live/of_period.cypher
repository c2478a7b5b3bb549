// The live run of a period and plan.
//
// mode:    read
// params:  period: STRING, plan: STRING
// returns: run: MAP

MATCH (run:Run {period: $period, plan: $plan, state: 'live'})
RETURN properties(run) AS run
ORDER BY run.number DESC
LIMIT 1
