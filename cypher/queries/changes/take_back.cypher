// Close a change set that was interrupted and taken back. It still counts as a change, so that nothing continues
// from what was computed while it was open.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (change:Change {number: $number, state: 'taking back'})
SET change.state = 'taken back', change.finished_at = datetime()
MERGE (company:Company {key: 'company'})
SET company.last_change = $number
