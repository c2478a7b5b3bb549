// Differential by highest below: each ancestor earns the own rate less the highest rate paid below on that line.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// climb:   ranks
// params:  rates: RATE_BY_RANK, from_level: POSITIVE = 1, source_counts: BOOLEAN = true, tree: TREE = main, base: FACTOR = 1, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// Walking up without a depth limit, each active ancestor whose rate is higher than any below is a level. The
// source's own rate counts as paid below, unless `source_counts` is false. An ancestor fewer than `from_level`
// steps above the source is paid nothing, but the rate counts as paid. What is missing to the highest rate of
// the ladder at the top is left over as no_upline.

WITH source, rule, source AS at, [] AS payees
<<walk>>
WITH source, rule, [payee IN payees WHERE payee IS NOT NULL] AS payees
WITH source, rule, payees,
  [CASE WHEN rule.source_counts THEN rule.rates[source.rank][0] ELSE 0 END]
    + [payee IN payees | rule.rates[payee.rank][0]] + rule.rates_most AS reached
UNWIND range(1, size(payees) + 1) AS level
WITH source, rule, level, payees[level - 1] AS payee, reached[level] - reached[level - 1] AS budget
WHERE budget > 0
WITH level, payee, budget, coalesce(
  CASE rule.tree WHEN 'sponsor' THEN source.enrolled_depth - payee.enrolled_depth END,
  source.depth - payee.depth) < rule.from_level AS near
RETURN payee, level, CASE WHEN payee IS NULL OR near THEN 0 ELSE budget END AS rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline' WHEN near THEN 'level' END AS reason
