// Complete a change set: from now on it counts, and the request that it answers is kept with its answer. No row: it is
// not open any more.
//
// mode:    read-write
// params:  number: INTEGER, facts: MAP, touched: LIST<STRING>, one_tree: BOOLEAN, time_zone: STRING, remarked_refunds: LIST<STRING>, currencies: LIST<STRING>, requests: LIST<MAP>
// returns: number: INTEGER

MATCH (change:Change {number: $number, state: 'running'})
SET change.state = 'complete', change.finished_at = datetime(), change.touched = $touched, change += $facts
MERGE (company:Company {key: 'company'})
SET company.one_tree = $one_tree, company.time_zone = $time_zone, company.last_change = $number,
  company.remarked_refunds = nullIf($remarked_refunds, []), company.currencies = nullIf($currencies, [])
FOREACH (each IN $requests |
  MERGE (request:Request {key: each.key})
  ON CREATE SET request += each, request.change = $number, request.recorded_at = datetime()
)
RETURN change.number AS number
