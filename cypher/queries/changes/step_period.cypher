// Take a period of a plan one step further: its state, what is closed with it, and the event of the step.
//
// mode:    write
// params:  key: STRING, facts: MAP, event: MAP, closed: LIST<STRING>, in_review: LIST<STRING>
// returns: none

MERGE (company:Company {key: 'company'})
SET company.closed = nullIf($closed, []), company.in_review = nullIf($in_review, [])
MERGE (period:Period {key: $key})
SET period += $facts, period.events = coalesce(period.events, 0) + 1
CREATE (event:PeriodEvent {period: $key, number: period.events})
SET event += $event
