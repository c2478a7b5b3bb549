// Describe in one sentence who is paid, and at what rate.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// params:  rates: RATES_BY_RANK, compression: COMPRESSION = none, tree: TREE = main
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH rule, level, payees[level - 1] AS payee
WITH rule, level, payee, CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, rule.rates_most[level - 1] AS budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank' END AS reason
