// The runs of a period and plan that are results or under way, newest first.
//
// mode:    read
// params:  period: STRING, plan: STRING
// returns: run: MAP

MATCH (run:Run {period: $period, plan: $plan})
WHERE run.state IN ['complete', 'running']
RETURN run {.number, .state, .period, .pid, .host, .stage} AS run
ORDER BY run.number DESC
