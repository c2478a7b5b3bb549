// Say that the process at work on an open change set is alive, and hold the change set until the transaction ends. No
// row: another process has taken it over.
//
// mode:    read-write
// params:  number: INTEGER, claim: STRING
// returns: number: INTEGER

MATCH (change:Change {number: $number, claim: $claim})
WHERE change.state IN ['running', 'taking back']
SET change.heartbeat_at = datetime()
RETURN change.number AS number
