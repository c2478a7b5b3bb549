// Unilevel: a rate by level and by the payee's rank on the volume of every member below, over a compression.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// params:  rates: RATES_BY_RANK, compression: COMPRESSION = none, tree: TREE = main, base: FACTOR = 1, depth_by_active_legs: STEPS = null, legs_through: ONE_OF<none|terminated|inactive> = none, depth_by_recruits: STEPS = null, depth_by_volume: VOLUME_STEPS = null, start: ONE_OF<above|buyer|self> = above, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// walk:    shared
// needs:   active_legs(depth_by_active_legs), heads_inactive(legs_through=inactive), heads_terminated(legs_through=terminated), legs_through_inactive(legs_through=inactive), legs_through_terminated(legs_through=terminated), active_recruits(depth_by_recruits)
// only:    legs_through(depth_by_active_legs)
// figures: rates
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// start: level 1 of an order is the member above the credited one; with "buyer" a customer's order
// begins with the credited member, who is above the customer; with "self" every order does. `on` and `kinds`
// pick the orders that count. depth_by_active_legs, depth_by_recruits (personally sponsored and active) and
// depth_by_volume (personal volume) say from which figure on how many levels are open. A leg is active whose head
// is, or with `legs_through`, where the head is terminated (or inactive for whatever reason), if somebody is at
// the heads below.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH rule, level, payees[level - 1] AS payee
WITH level, payee, payee.active AS active, rule.rates[payee.rank][level - 1] AS earned,
  rule.rates_most[level - 1] AS budget, <<closed>> AS closed
WITH level, payee, active, earned, budget, closed, CASE WHEN active AND closed IS NULL THEN earned ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN rate > 0 THEN CASE WHEN rate < budget THEN 'lower_rate' END
       WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT active THEN 'inactive'
       WHEN earned > 0 THEN closed
       ELSE 'rank' END AS reason
