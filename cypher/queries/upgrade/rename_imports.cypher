// Rename what releases up to 0.2 called imports: each becomes a change, of which nobody knows what it touched.
//
// mode:    write
// params:  none
// returns: none

OPTIONAL MATCH (company:Company {key: 'company'})
SET company.last_change = coalesce(company.last_import, company.last_change)
REMOVE company.last_import
WITH count(*) AS companies
MATCH (change:Import)
SET change:Change, change.kind = 'import'
REMOVE change:Import, change.trees
