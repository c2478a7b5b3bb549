// The life of every period to which something has happened, the latest first, each with its events in order.
//
// mode:    read
// params:  plan: STRING, period: STRING
// returns: period: MAP, events: LIST<MAP>, approvals: LIST<MAP>

MATCH (period:Period)
WHERE ($plan IS NULL OR period.plan = $plan) AND ($period IS NULL OR period.period = $period)
RETURN period {.*} AS period,
  COLLECT {
    MATCH (event:PeriodEvent {period: period.key})
    WITH event ORDER BY event.number
    RETURN event {.*}
  } AS events,
  COLLECT { MATCH (approval:Approval {period: period.key}) RETURN approval {.*} } AS approvals
ORDER BY period.last_day DESC, period.plan, period.key
