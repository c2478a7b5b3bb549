// Whether a line names the member whose lines are read.
//
// mode:    fragment
// params:  payee_id: STRING
// returns: none

payee.member_id = $payee_id
