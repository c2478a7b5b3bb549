// Generations: a rate by generation and rank of the payee, counted over members of a border rank.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// climb:   border
// walk:    shared
// params:  border: RANK, rates: RATES_BY_RANK, inactive: ONE_OF<lose|keep> = lose, tree: TREE = main, base: FACTOR = 1, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// The first member of the border rank or higher above a sale closes generation 1, the next one generation 2,
// and so on; only they are paid, and nobody on own volume. A border member who is not active loses the
// border, as if absent, or keeps it (inactive = "keep"): then the generation is his and stays unpaid.
// Kind generation_all pays everybody above instead, and knows borders by the payee's own rank and endless generations.

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
