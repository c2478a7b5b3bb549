// Complete runs with the totals of their bonuses, of a number, period, plan and time where these are given.
//
// mode:    read
// params:  number: INTEGER, period: STRING, plan: STRING, before: INTEGER, above: INTEGER, day: DATE, by_period: BOOLEAN, first: INTEGER
// returns: run: MAP, totals: LIST<MAP>
//
// `day` finds periods with that day or a neighbour of it: the days of a period are those of its own time zone.
// The newest come first, or with `by_period` those of the latest period, the newest of them first.

MATCH (run:Run {state: 'complete'})
WHERE ($number IS NULL OR run.number = $number)
  AND ($period IS NULL OR run.period = $period)
  AND ($plan IS NULL OR run.plan = $plan)
  AND ($before IS NULL OR run.number < $before)
  AND ($above IS NULL OR run.number > $above)
  AND ($day IS NULL OR run.first_day - duration({days: 1}) <= $day <= run.last_day + duration({days: 1}))
WITH run ORDER BY CASE WHEN $by_period THEN run.last_day END DESC, run.number DESC LIMIT $first
OPTIONAL MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
WITH run, total ORDER BY total.position
WITH run, collect(properties(total)) AS totals
RETURN properties(run) AS run, totals
ORDER BY run.number DESC
