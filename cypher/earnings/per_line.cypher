// Each line is rounded by itself; the earning is their sum.
//
// mode:    fragment
// params:  none
// returns: amount: INTEGER
// insert:  rounded

reduce(amount = 0, base IN bases | amount + [exact IN [base * rate] | <<rounded>>][0])
