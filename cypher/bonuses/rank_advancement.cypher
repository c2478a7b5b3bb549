// Rank advancement: an amount for reaching a rank, once per rank and lifetime, perhaps after holding it for periods.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    rank_advancement
// params:  amounts: AMOUNT_OF_RANK, held: COUNT = 1, pay_skipped: BOOLEAN = true
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// A rank that is not listed in `amounts` pays nothing. Whoever skips ranks is paid for each of them too, or by
// option for the highest alone; either way none of them is paid again. The line's level is the rank's number.

WITH payee, rule, payee[rule.state] AS state
WHERE state[1] > state[0]
UNWIND CASE WHEN rule.pay_skipped THEN range(state[0] + 1, state[1]) ELSE [state[1]] END AS level
RETURN payee, level, rule.amounts[level] AS rate, rule.amounts[level] AS budget, null AS reason, 1 AS base
