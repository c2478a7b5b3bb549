// Generations for everybody: each active member earns on the volume below by generation, split by a border rank.
//
// kind:    bonus
// scope:   payee
// basis:   volume
// flow:    generations
// params:  border: BORDER, rates: RATES_BY_RANK, closes: ONE_OF<in|out> = in, endless: BOOLEAN = false, inactive: ONE_OF<lose|keep> = lose, tree: TREE = main, base: FACTOR = 1
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// Seen from any member, generation 1 reaches down to the first members of the border rank in each leg,
// generation 2 from there to the next ones, and so on. closes = "in": a border member's own volume
// belongs to the generation that ends with him; "out": to the next one. With border = "own" everybody's own rank
// is the border: members of that rank or higher end the generations that the payee sees. `endless`: the last generation
// reaches down without end. One line per generation.

WITH payee, rule, CASE rule.border WHEN 0 THEN payee.rank * size(rule.rates_most) ELSE 0 END AS first
WITH payee, rule, coalesce(payee[rule.state], [])[first..first + size(rule.rates_most)] AS volumes
UNWIND range(1, size(volumes)) AS level
WITH payee, level, volumes[level - 1] AS base, rule.rates_most[level - 1] AS budget,
  CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  base
