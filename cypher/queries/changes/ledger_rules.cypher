// Keep the company's rules for the ledger; null takes one away.
//
// mode:    write
// params:  rules: MAP
// returns: none

MERGE (company:Company {key: 'company'})
SET company += $rules
