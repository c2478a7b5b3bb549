// Note up to which batch all accounts are added up.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (company:Company {key: 'company'})
SET company.key = 'company'
WITH company
WHERE coalesce(company.folded_batch, 0) < $number
SET company.folded_batch = $number
