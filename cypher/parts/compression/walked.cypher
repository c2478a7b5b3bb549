// The end of a walk: `payees` holds the members that its steps lead to, and `at` the last of them.
//
// mode:    fragment
// params:  none
// returns: none
// insert:  carried, last, steps

WITH <<carried>>, <<last>> AS at, payees + [<<steps>>] AS payees
