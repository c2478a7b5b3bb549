// The latest period of a plan and calendar that is committed or paid, but for one.
//
// mode:    read
// params:  plan: STRING, calendar: STRING, key: STRING
// returns: period: MAP

MATCH (period:Period {plan: $plan, calendar: $calendar})
WHERE period.key <> $key AND period.state IN ['committing', 'committed', 'paid']
RETURN period {.*} AS period
ORDER BY period.last_day DESC
LIMIT 1
