// Filled levels: an amount by level and by the payee's rank for each level of the matrix below that is full.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    filled_levels
// params:  width: DEPTH, amounts: AMOUNTS_BY_RANK, counts: ONE_OF<active|all> = active, again: BOOLEAN = false, tree: TREE = main
// figures: amounts
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// Level n is full with `width` to the power of n members, active ones or all but terminated ones and customers, and all levels
// above it full. Each level is paid once in a lifetime, when the member is active, or with `again` in every period in which
// it is full.

WITH payee, rule, payee[rule.state] AS state
WHERE state[1] > state[0]
UNWIND range(state[0] + 1, state[1]) AS level
WITH payee, level, rule.amounts_most[level - 1] AS budget,
  CASE WHEN payee.active THEN rule.amounts[payee.rank][level - 1] ELSE 0 END AS rate
WHERE budget > 0
RETURN payee, level, rate, budget,
  CASE WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  1 AS base
