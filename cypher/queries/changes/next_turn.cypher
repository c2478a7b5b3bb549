// Note the first later day on which something planned holds; null where nothing is.
//
// mode:    write
// params:  day: DATE
// returns: none

MERGE (company:Company {key: 'company'})
SET company.next_turn = $day
