// Generation match: each active member earns on what the members below were paid, by generation.
//
// kind:    bonus
// scope:   payee
// basis:   money
// flow:    generation_earnings
// params:  bonuses: TEXTS, border: BORDER, rates: RATES_BY_RANK, closes: ONE_OF<in|out> = in, endless: BOOLEAN = false, inactive: ONE_OF<lose|keep> = lose, tree: TREE = sponsor, base: FACTOR = 1
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// Generations are split by the border rank, or by everybody's own, as in generation_all; `bonuses` names the earlier bonuses
// whose earnings, before caps, are matched. One line per generation.

WITH payee, rule, CASE rule.border WHEN 0 THEN payee.rank * size(rule.rates_most) ELSE 0 END AS first
WITH payee, rule, coalesce(payee[rule.state], [])[first..first + size(rule.rates_most)] AS earnings
UNWIND range(1, size(earnings)) AS level
WITH payee, level, earnings[level - 1] AS base, rule.rates_most[level - 1] AS budget,
  CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  base
