// Describe in one sentence what is paid on the result of the flow NAME for a member.
//
// kind:    bonus
// scope:   payee
// basis:   volume
// flow:    NAME
// params:  rate: RATE, tree: TREE = main
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH payee, rule, payee[rule.state] AS state
RETURN payee, 0 AS level,
  CASE WHEN payee.active THEN rule.rate ELSE 0 END AS rate,
  rule.rate AS budget,
  CASE WHEN NOT payee.active THEN 'inactive' END AS reason,
  state[1] AS base
