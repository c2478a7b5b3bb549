// Take the company's lane: whoever else wants to change something waits until this transaction ends.
//
// mode:    write
// params:  none
// returns: none

MERGE (company:Company {key: 'company'})
SET company.key = company.key  // no other value, but the write lock
