// Write changes as parts of an open change set: none of them counts before `complete_parts`. No row: the change set is not
// open any more, or it has these parts already.
//
// mode:    read-write
// params:  number: INTEGER, claim: STRING, reached: INTEGER, now_reached: INTEGER, changes: LIST<MAP>, requests: LIST<MAP>
// returns: number: INTEGER

MATCH (whole:Change {number: $number, claim: $claim, state: 'running'})
WHERE coalesce(whole.reached, $number) = $reached
SET whole.reached = $now_reached, whole.heartbeat_at = datetime()
FOREACH (each IN $changes |
  CREATE (part:PendingChange {number: each.number, state: 'complete'})
  SET part += each.facts
)
FOREACH (each IN $requests |
  CREATE (request:PendingRequest)
  SET request = each
)
RETURN whole.number AS number
