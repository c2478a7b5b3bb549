// Each line that is paid is rounded by itself; the earning is their sum.
//
// mode:    fragment
// params:  none
// returns: amount: INTEGER
// insert:  rounded

CASE WHEN rate > 0 THEN
    reduce(amount = 0, exact IN [base IN bases | base * rate] | amount + <<rounded>>) ELSE 0 END
