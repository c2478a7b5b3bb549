// Finds the customers that belonged to a member before.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX past_of_customer IF NOT EXISTS FOR (past:Past) ON (past.member_id)
