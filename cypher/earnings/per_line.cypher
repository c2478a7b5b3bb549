// Each line that is paid is rounded by itself; the earning is their sum.
//
// mode:    fragment
// params:  none
// returns: amount: INTEGER
// insert:  rounded

CASE WHEN rate > 0 THEN
    reduce(amount = 0, base IN bases | amount + [exact IN [base * rate] | <<rounded>>][0]) ELSE 0 END
