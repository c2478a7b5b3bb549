// Open a restated run under a number of its caller, in a transaction that is rolled back.
//
// mode:    read-write
// params:  facts: MAP, number: INTEGER
// returns: number: INTEGER

CREATE (run:Run {number: $number})
SET run += $facts, run.state = 'restating', run.started_at = datetime(), run.heartbeat_at = datetime()
RETURN run.number AS number
