// Write whole changes that one transaction has made: they count at once, and their requests are kept with their answers.
//
// mode:    write
// params:  changes: LIST<MAP>, requests: LIST<MAP>, last: INTEGER, one_tree: BOOLEAN
// returns: none

MERGE (company:Company {key: 'company'})
SET company.last_change = $last, company.one_tree = $one_tree
FOREACH (each IN $changes |
  CREATE (change:Change {number: each.number, state: 'complete'})
  SET change += each.facts
)
FOREACH (each IN $requests |
  MERGE (request:Request {key: each.key})
  ON CREATE SET request += each, request.recorded_at = datetime()
)
