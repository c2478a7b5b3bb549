// Generation match: each active member earns on what the members below were paid, by generation.
//
// kind:    bonus
// scope:   payee
// basis:   money
// flow:    generation_earnings
// params:  bonuses: TEXTS, border: BORDER, rates: RATES_BY_RANK, closes: ONE_OF<in|out> = in, endless: BOOLEAN = false, inactive: ONE_OF<lose|keep> = lose, lines: ONE_OF<generation|source> = generation, tree: TREE = sponsor, base: FACTOR = 1
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER, origin: NODE
//
// Generations are split by the border rank, or by everybody's own, as in generation_all; `bonuses` names the earlier bonuses
// whose earnings, before caps, are matched. One line per generation, or with lines = "source" one for each member below.

CALL (payee, rule) {
  WITH payee, rule WHERE rule.lines = 'generation'
  WITH payee, rule, CASE rule.border WHEN 0 THEN payee.rank * size(rule.rates_most) ELSE 0 END AS first
  WITH payee, coalesce(payee[rule.state], [])[first..first + size(rule.rates_most)] AS bases
  UNWIND range(1, size(bases)) AS level
  RETURN payee AS origin, level, bases[level - 1] AS base
  UNION ALL
  WITH payee, rule WHERE rule.lines = 'source'
  MATCH path = (payee)<-[:UNDER*]-(below)
  CALL (below, rule) {
    WITH below AS source, rule
    <<earnings>>
    RETURN coalesce(sum(paid), 0) AS base
  }
  WITH rule, payee, path, below, base WHERE base <> 0
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
