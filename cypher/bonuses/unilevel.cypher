// Unilevel: a rate by level and by the payee's rank on the volume of every member below, over a compression.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// params:  rates: RATES_BY_RANK, compression: COMPRESSION = none, tree: TREE = main, base: FACTOR = 1, depth_by_active_legs: STEPS = null
// siblings: share
// needs:   active_legs(depth_by_active_legs)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH rule, level, payees[level - 1] AS payee
WITH rule, level, payee,
  CASE WHEN payee.active
       AND (rule.depth_by_active_legs IS NULL OR level <= coalesce(
         [step IN reverse(rule.depth_by_active_legs) WHERE payee.active_legs >= step[0] | step[1]][0], 0))
       THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate,
  rule.rates_most[level - 1] AS budget
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 AND rule.rates[payee.rank][level - 1] > 0 THEN 'active_legs'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason
