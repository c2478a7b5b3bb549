// Take the company's lane, so that every other change waits until this transaction ends, and then read the company.
//
// mode:    read-write
// params:  none
// returns: one_tree: BOOLEAN, time_zone: STRING, remarked_refunds: LIST<STRING>, currencies: LIST<STRING>, last_change: INTEGER, newest: MAP, idle: INTEGER, clock: DATETIME, next_turn: DATE
// insert:  company

MERGE (lane:Company {key: 'company'})
SET lane.key = lane.key  // the same value again: this takes the write lock
WITH lane
<<company>>
