// The end of a walk: `payees` holds whom all its steps lead to, and `at` the last one.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  carried, last, steps

WITH <<carried>>, <<last>> AS at, payees + [<<steps>>] AS payees
