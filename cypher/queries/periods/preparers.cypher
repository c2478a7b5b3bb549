// Who has computed a run, where it says so, and who has put it in review.
//
// mode:    read
// params:  key: STRING, run: INTEGER
// returns: actor: STRING

MATCH (run:Run {number: $run})
WHERE run.actor IS NOT NULL
RETURN run.actor AS actor
UNION
MATCH (event:PeriodEvent {step: 'review', run: $run, period: $key})
RETURN event.actor AS actor
