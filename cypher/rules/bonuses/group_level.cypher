// Levels within a group: a unilevel that ends at the first leader above the sale, for plans whose groups break away.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// flow:    group_top
// params:  border: RANK, rates: RATES_BY_RANK, inactive: ONE_OF<lose|keep> = lose, compression: COMPRESSION = none, tree: TREE = main, base: FACTOR = 1, depth_by_active_legs: STEPS = null, legs_through: ONE_OF<none|terminated|inactive> = none, depth_by_recruits: STEPS = null, depth_by_volume: VOLUME_STEPS = null, start: ONE_OF<above|buyer|self> = above, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// needs:   active_legs(depth_by_active_legs), heads_inactive(legs_through=inactive), heads_terminated(legs_through=terminated), legs_through_inactive(legs_through=inactive), legs_through_terminated(legs_through=terminated), active_recruits(depth_by_recruits)
// only:    legs_through(depth_by_active_legs)
// figures: rates
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// A leader is a member of the `border` rank or higher, who is active or, with inactive = "keep", not. A sale is
// credited up to the leader of its group, the leader included, and no further; a leader's own sale to nobody, unless
// `start` makes the leader its level 1. What the levels above would earn stays with the company as `breakaway`: kind
// breakaway pays the override instead. `start`, `on`, `kinds` and the options that open depth are those of unilevel.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH source, rule, level, payees[level - 1] AS payee, rule.rates_most[level - 1] AS budget
WITH level, payee, budget, rule.rates[payee.rank][level - 1] AS earned, <<closed>> AS closed,
  coalesce(CASE rule.tree WHEN 'sponsor' THEN payee.enrolled_depth END, payee.depth) < source[rule.state][0] AS outside
WITH level, payee, budget, earned, closed, outside,
  CASE WHEN payee.active AND NOT outside AND closed IS NULL THEN earned ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN outside THEN 'breakaway'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN CASE WHEN earned > 0 THEN closed ELSE 'rank' END
       WHEN rate < budget THEN 'lower_rate' END AS reason
