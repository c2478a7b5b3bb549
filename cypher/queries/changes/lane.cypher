// Take the company's lane: every other change waits until this transaction ends.
//
// mode:    write
// params:  none
// returns: none

MERGE (company:Company {key: 'company'})
SET company.key = company.key  // the same value again: this takes the write lock
