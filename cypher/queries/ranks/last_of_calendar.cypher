// The last finished run of a plan on a calendar whose period ends by a day, with its ranks by number; no row if there is none.
//
// mode:    read
// params:  plan: STRING, calendar: STRING, day: DATE
// returns: number: INTEGER, ranks: LIST<STRING>

MATCH (run:Run)
WHERE run.plan = $plan AND run.calendar = $calendar AND run.state = 'complete' AND run.last_day <= $day
RETURN run.number AS number, run.ranks AS ranks
ORDER BY run.last_day DESC, run.number DESC
LIMIT 1
