// Every change that counts: its number, what it touched, and the first and last days of that.
//
// mode:    read
// params:  none
// returns: change: MAP

MATCH (change:Change {state: 'complete'})
WHERE change.number > 0
RETURN change {.*} AS change
ORDER BY change.number
