// Grouped plans: a rate by level, that of the lower-ranked of the member who buys and the member who is paid.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// params:  rates: RATES_BY_RANK, compression: COMPRESSION = none, tree: TREE = main, base: FACTOR = 1, start: ONE_OF<above|buyer|self> = above, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// Ranks represent the plans that members are on. The most that a level can pay on a source is the highest rate
// of the source's rank and of those below it. Where the fee and not the rate differs by plan, use level_amount
// with grouped = true. `start`, `on` and `kinds` are those of unilevel.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH source, rule, level, payees[level - 1] AS payee,
  reduce(most = 0, rates IN rule.rates[..source.rank + 1] |
    CASE WHEN rates[level - 1] > most THEN rates[level - 1] ELSE most END) AS budget
WITH level, payee, budget, CASE WHEN payee.active
  THEN rule.rates[CASE WHEN source.rank < payee.rank THEN source.rank ELSE payee.rank END][level - 1]
  ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason
