// Generations for everybody: each active member earns on the volume below by generation, split by a border rank.
//
// kind:    bonus
// scope:   payee
// basis:   volume
// flow:    generations
// params:  border: BORDER, rates: RATES_BY_RANK, closes: ONE_OF<in|out> = in, endless: BOOLEAN = false, inactive: ONE_OF<lose|keep> = lose, lines: ONE_OF<generation|source> = generation, tree: TREE = main, base: FACTOR = 1
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER, origin: NODE
//
// Seen from any member, generation 1 reaches down to the first members of the border rank in each leg,
// generation 2 from there to the next ones, and so on. closes = "in": a border member's own volume
// belongs to the generation that ends with him; "out": to the next one. With border = "own" everybody's own rank
// is the border: members of that rank or higher end the generations that the payee sees. `endless`: the last generation
// reaches down without end. One line per generation,
// or with lines = "source" one for each member below and its generation, so that every share can be seen.

CALL (payee, rule) {
  WITH payee, rule WHERE rule.lines = 'generation'
  WITH payee, rule, CASE rule.border WHEN 0 THEN payee.rank * size(rule.rates_most) ELSE 0 END AS first
  WITH payee, coalesce(payee[rule.state], [])[first..first + size(rule.rates_most)] AS bases
  UNWIND range(1, size(bases)) AS level
  RETURN payee AS origin, level, bases[level - 1] AS base
  UNION ALL
  WITH payee, rule WHERE rule.lines = 'source'
  MATCH path = (payee)<-[:UNDER*]-(below)
  WHERE below.commissionable_volume <> 0
  WITH rule, payee, path, below, below.commissionable_volume AS base
  WITH rule, below, base, [each IN nodes(path)[1..] | CASE
    WHEN each.rank >= CASE rule.border WHEN 0 THEN payee.rank ELSE rule.border END
      AND NOT each.status IN ['terminated', 'customer'] AND (each.active OR rule.inactive = 'keep') THEN 1 ELSE 0 END] AS borders
  WITH rule, below, base, 1 + reduce(passed = 0, each IN borders[..size(borders) - 1] | passed + each)
    + CASE rule.closes WHEN 'out' THEN borders[size(borders) - 1] ELSE 0 END AS passed
  WITH rule, below, base, CASE WHEN rule.endless AND passed > size(rule.rates_most) THEN size(rule.rates_most) ELSE passed END AS level
  WHERE level <= size(rule.rates_most)
  RETURN below AS origin, level, base
}
WITH payee, origin, level, base, rule.rates_most[level - 1] AS budget,
  CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  base, origin
