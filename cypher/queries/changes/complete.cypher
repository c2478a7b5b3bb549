// Complete a change set: from now on it counts. No row: it is not open any more.
//
// mode:    read-write
// params:  number: INTEGER, facts: MAP, touched: LIST<STRING>, one_tree: BOOLEAN, time_zone: STRING, remarked_refunds: LIST<STRING>, currencies: LIST<STRING>
// returns: number: INTEGER

MATCH (change:Change {number: $number, state: 'running'})
SET change.state = 'complete', change.finished_at = datetime(), change.touched = $touched, change += $facts
MERGE (company:Company {key: 'company'})
SET company.one_tree = $one_tree, company.time_zone = $time_zone, company.last_change = $number,
  company.remarked_refunds = nullIf($remarked_refunds, []), company.currencies = nullIf($currencies, [])
RETURN change.number AS number
