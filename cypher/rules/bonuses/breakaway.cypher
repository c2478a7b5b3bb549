// Breakaway and leadership: a leader's group leaves the upline's group; the leaders above earn an override on it.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// climb:   border
// flow:    breakaway
// params:  border: RANK, rates: RATES_BY_RANK, override: ONE_OF<rate|difference> = rate, least: RATE = 0, inactive: ONE_OF<lose|keep> = lose, minimum_group: VOLUME = null, floor_rate: RATE = 0, guaranteed: VOLUME = null, tree: TREE = main, base: FACTOR = 1
// only:    floor_rate(minimum_group), least(override=difference)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// A leader is a member of the `border` rank or higher, who is active or, with inactive = "keep", not. With
// override = "difference" the first generation earns the own first rate less the leader's first rate, but at least
// `least` where there is an own rate; later generations their own rates. The source is a leader, the base the leader's own
// group down to the next leaders below; generation g is the g-th leader above, however far up. A payee whose own
// group misses `minimum_group` earns `floor_rate` (no more than the own rate) instead. With `guaranteed`, the
// first generation is paid on at least that volume: what a leader's group lacks is taken out of what the leader
// earns on the leaders below, as far as it goes, and shown as a negative line of level 0.

WITH source, rule
WHERE source.rank >= rule.border AND NOT source.status IN ['terminated', 'customer'] AND (source.active OR rule.inactive = 'keep')
WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH source, rule, level, payees[level - 1] AS payee, source[rule.state] AS mine
WITH source, rule, level, payee, mine,
  coalesce(rule.rates[payee.rank][level - 1], 0) AS full, rule.rates_most[level - 1] AS most,
  CASE WHEN rule.override = 'difference' AND level = 1 THEN rule.rates[source.rank][0] END AS below,
  coalesce(payee[rule.state][0] < rule.minimum_group, false) AS short
WITH source, rule, level, payee, mine, short,
  CASE WHEN full = 0 OR below IS NULL THEN full WHEN full > below THEN full - below ELSE rule.least END AS own,
  CASE WHEN below IS NULL THEN most WHEN most > below THEN most - below ELSE 0 END AS most
WITH source, rule, level, payee, mine, short, own, CASE WHEN own > most THEN own ELSE most END AS budget
WITH source, level, payee, mine, own, budget, short, CASE
  WHEN NOT payee.active THEN 0
  WHEN short AND rule.floor_rate < own THEN rule.floor_rate ELSE own END AS rate
UNWIND CASE WHEN level > 1 OR rate = 0 OR mine[1] = mine[0] THEN [[0, mine[0]]]
  ELSE [[0, mine[1]], [1, mine[0] - mine[1]]] END AS part
WITH source, level, payee, own, budget, short, rate, part[1] AS base, part[0] = 1 AS given_up
RETURN CASE WHEN given_up THEN source ELSE payee END AS payee, CASE WHEN given_up THEN 0 ELSE level END AS level,
  rate, CASE WHEN given_up THEN rate ELSE budget END AS budget,
  CASE WHEN payee IS NULL THEN 'no_upline' WHEN given_up THEN null
       WHEN NOT payee.active THEN 'inactive' WHEN own = 0 THEN 'rank' WHEN short THEN 'minimum_group' WHEN rate < budget THEN 'lower_rate' END AS reason,
  base
