// Committed runs that rest on a run, but for those of one commit.
//
// mode:    read
// params:  run: INTEGER, commit: INTEGER
// returns: number: INTEGER, period: STRING, plan: STRING

MATCH (run:Run {state: 'complete'})
WHERE $run IN run.rests_on AND run.closed_by IS NOT NULL AND any(each IN run.closed_by WHERE each <> $commit)
RETURN run.number AS number, run.period AS period, run.plan AS plan
ORDER BY run.number
