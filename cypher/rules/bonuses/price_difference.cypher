// Retail profit: the difference between what a buyer paid and the member's own price, a share of the order's amount.
//
// kind:    bonus
// scope:   order
// basis:   money
// params:  rate: RATE = 0, tiers: TIERS = [], rate_by_rank: RATE_BY_RANK = null, on: ONE_OF<customers|own|all> = customers, kinds: TEXTS = []
// only:    rate(!rate_by_rank), tiers(!rate_by_rank)
// figures: rate_by_rank
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// `rate` is the member's discount on the price, flat, by tiers of personal volume, or by rank. It is paid on the
// amount, in money, whatever the order's volume is. Orders in another currency than the plan's are left out. A
// refund goes the way of the order that it takes back.

OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
WITH source, order, rule, coalesce(bought, order) AS sold
WHERE order.currency = rule.currency
  AND (rule.on = 'all' OR (rule.on = 'own') = (sold.customer_id IS NULL))
  AND (size(rule.kinds) = 0 OR sold.kind IN rule.kinds)
WITH source, order, CASE WHEN rule.rate_by_rank IS NOT NULL THEN rule.rate_by_rank[source.rank][0] ELSE coalesce(
  [tier IN reverse(rule.tiers) WHERE source.personal_volume >= tier[0] | tier[1]][0], rule.rate) END AS earned
RETURN
  source AS payee, 0 AS level,
  CASE WHEN source.active THEN earned ELSE 0 END AS rate,
  earned AS budget,
  CASE WHEN NOT source.active THEN 'inactive' END AS reason,
  order.amount AS base
