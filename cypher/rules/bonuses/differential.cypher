// Differential by highest below: each ancestor earns the own rate less the highest rate paid below on that line.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// climb:   ranks
// params:  rates: RATE_BY_RANK, from_level: POSITIVE = 1, to_level: POSITIVE = null, receivers: POSITIVE = null, source_counts: BOOLEAN = true, tree: TREE = main, base: FACTOR = 1, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// Walking up without a depth limit, each active ancestor whose rate is higher than any below is a level. The
// source's own rate counts as paid below, unless `source_counts` is false. An ancestor fewer than `from_level`
// steps above the source, or more than `to_level`, is paid nothing, but the rate counts as paid. With `receivers`
// only the first so many who would be paid are. What is missing to the highest rate of the ladder at the top is
// left over as no_upline.

WITH source, rule, source AS at, [] AS payees
<<walk>>
WITH source, rule, [payee IN payees WHERE payee IS NOT NULL] AS payees
WITH source, rule, payees, [payee IN payees | <<outside>>] AS outside,
  [CASE WHEN rule.source_counts THEN rule.rates[source.rank][0] ELSE 0 END]
    + [payee IN payees | rule.rates[payee.rank][0]] + rule.rates_most AS reached
UNWIND range(1, size(payees) + 1) AS level
WITH rule, level, payees[level - 1] AS payee, outside[level - 1] AS beyond,
  size([each IN outside[..level - 1] WHERE NOT each]) AS received, reached[level] - reached[level - 1] AS budget
WHERE budget > 0
WITH payee, level, budget, CASE
  WHEN payee IS NULL THEN 'no_upline'
  WHEN beyond THEN 'level'
  WHEN received >= rule.receivers THEN 'receivers' END AS reason
RETURN payee, level, CASE WHEN reason IS NULL THEN budget ELSE 0 END AS rate, budget, reason
