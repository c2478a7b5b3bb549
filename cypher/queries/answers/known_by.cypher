// The last change that was complete at an instant; none before the first.
//
// mode:    read
// params:  instant: DATETIME
// returns: number: INTEGER

MATCH (change:Change)
WHERE change.finished_at <= $instant AND change.state = 'complete'
RETURN change.number AS number
ORDER BY change.finished_at DESC, change.number DESC
LIMIT 1
