// Note that something holds from a later day on, so that the first change on that day turns it.
//
// mode:    write
// params:  day: DATE
// returns: none

MERGE (company:Company {key: 'company'})
SET company.next_turn = CASE WHEN company.next_turn < $day THEN company.next_turn ELSE $day END
