// Retail or personal bonus: a rate on own or customers' orders, flat, by tiers of personal volume, or by rank.
//
// kind:    bonus
// scope:   source
// basis:   volume
// params:  rate: RATE = 0, tiers: TIERS = [], rate_by_rank: RATE_BY_RANK = null, on: ONE_OF<customers|own|all> = all, base: FACTOR = 1, kinds: TEXTS = []
// only:    rate(!rate_by_rank), tiers(!rate_by_rank)
// figures: rate_by_rank
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// `kinds` names the kinds of orders that count (none named: all). A refund goes the way of the order that it takes
// back.

WITH source, CASE WHEN rule.rate_by_rank IS NOT NULL THEN rule.rate_by_rank[source.rank][0] ELSE coalesce(
  [tier IN reverse(rule.tiers) WHERE source.personal_volume >= tier[0] | tier[1]][0], rule.rate) END AS earned
RETURN
  source AS payee, 0 AS level,
  CASE WHEN source.active THEN earned ELSE 0 END AS rate,
  earned AS budget,
  CASE WHEN NOT source.active THEN 'inactive' END AS reason
