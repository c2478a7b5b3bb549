// When the first committed period begins, over all plans and calendars.
//
// mode:    read
// params:  none
// returns: begins_at: DATETIME

MATCH (period:Period)
WHERE period.state IN ['committing', 'committed', 'paid']
MATCH (run:Run {number: period.run})
RETURN min(run.begins_at) AS begins_at
