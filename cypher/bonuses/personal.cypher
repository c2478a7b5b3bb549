// Retail or personal bonus: a rate on own or customers' orders, flat or by tiers of personal volume.
//
// kind:    bonus
// scope:   order
// basis:   volume
// params:  rate: RATE = 0, tiers: TIERS = [], on: ONE_OF<customers|own|all> = all
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH source, order, rule
WHERE rule.on = 'all' OR (rule.on = 'own') = (order.customer_id IS NULL)
WITH source, order, coalesce(
  [tier IN reverse(rule.tiers) WHERE source.personal_volume >= tier[0] | tier[1]][0], rule.rate) AS earned
RETURN
  source AS payee, 0 AS level,
  CASE WHEN source.active THEN earned ELSE 0 END AS rate,
  earned AS budget,
  CASE WHEN NOT source.active THEN 'inactive' END AS reason,
  order.commissionable_volume AS base
