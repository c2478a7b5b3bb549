// Complete a change set together with its parts: from now on all of them count, and none was known before. No row: it is
// not open any more.
//
// mode:    read-write
// params:  number: INTEGER, claim: STRING, reached: INTEGER, one_tree: BOOLEAN
// returns: number: INTEGER

MATCH (whole:Change {number: $number, claim: $claim, state: 'running'})
WHERE whole.reached = $reached
SET whole.state = 'complete', whole.touched = [], whole.finished_at = datetime()
MERGE (company:Company {key: 'company'})
SET company.last_change = $reached, company.one_tree = $one_tree
WITH whole
CALL (whole) {
  MATCH (part:PendingChange)
  SET part:Change, part.finished_at = whole.finished_at
  REMOVE part:PendingChange
}
CALL (whole) {
  MATCH (request:PendingRequest)
  SET request:Request, request.recorded_at = whole.finished_at
  REMOVE request:PendingRequest
}
RETURN whole.number AS number
