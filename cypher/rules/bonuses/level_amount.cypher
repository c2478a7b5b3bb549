// Level amounts: a fixed amount of money by level and by the payee's rank, for each order or member below.
//
// kind:    bonus
// scope:   source
// basis:   count
// flow:    first_orders(first_orders)
// levels:  amounts
// params:  amounts: AMOUNTS_BY_RANK, per: ONE_OF<order|member|volume> = order, each: SIZE = 100, kinds: TEXTS = [], days: DAYS = null, first_orders: POSITIVE = null, without_sale: BOOLEAN = false, grouped: BOOLEAN = false, compression: COMPRESSION = none, tree: TREE = main, depth_by_active_legs: STEPS = null, legs_through: ONE_OF<none|terminated|inactive> = none, depth_by_recruits: STEPS = null, depth_by_volume: VOLUME_STEPS = null, start: ONE_OF<above|buyer|self> = above, on: ONE_OF<customers|own|all> = all
// needs:   active_legs(depth_by_active_legs), heads_inactive(legs_through=inactive), heads_terminated(legs_through=terminated), legs_through_inactive(legs_through=inactive), legs_through_terminated(legs_through=terminated), active_recruits(depth_by_recruits), enrolled_on(days)
// only:    each(per=volume), legs_through(depth_by_active_legs)
// figures: amounts
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// What makes a piece is the same for every bonus that counts: cypher/parts/bonuses/by_piece.cypher has it. With
// `grouped` the amount is that of the lower-ranked of source and payee: the fee of the lower plan. `start`, `on` and
// what opens levels are those of unilevel.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH source, rule, level, payees[level - 1] AS payee,
  CASE WHEN rule.grouped THEN reduce(most = 0, amounts IN rule.amounts[..source.rank + 1] |
    CASE WHEN amounts[level - 1] > most THEN amounts[level - 1] ELSE most END)
  ELSE rule.amounts_most[level - 1] END AS budget
WITH level, payee, budget, <<closed>> AS closed, CASE WHEN rule.grouped AND source.rank < payee.rank
  THEN rule.amounts[source.rank][level - 1] ELSE rule.amounts[payee.rank][level - 1] END AS earned
WITH level, payee, budget, closed, earned, CASE WHEN payee.active AND closed IS NULL THEN earned ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 AND earned > 0 THEN closed
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason
