// What a change overwrote is found by its number.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX past_of_change IF NOT EXISTS FOR (past:Past) ON (past.closed_no)
