// Matching: a rate, by level and by the payee's rank, on what each member below was paid in earlier bonuses.
//
// kind:    bonus
// scope:   source
// basis:   money
// levels:  rates
// params:  bonuses: TEXTS, rates: RATES_BY_RANK, compression: COMPRESSION = none, tree: TREE = sponsor, base: FACTOR = 1
// figures: rates
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// The base is an earning in minor units, rounded, before caps: one line for each earning and level. Of a bonus of another
// calendar it is what was paid, after caps, in each period that ends in this one.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH rule, level, payees[level - 1] AS payee, rule.rates_most[level - 1] AS budget
WITH level, payee, budget, CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason
