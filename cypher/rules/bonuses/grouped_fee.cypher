// Grouped plans by fee: for each order, the fee and the rate of the lower plan of who buys and who is paid, by level.
//
// kind:    bonus
// scope:   order
// basis:   volume
// levels:  rates
// params:  fees: VOLUME_BY_RANK, rates: RATES_BY_RANK, kinds: TEXTS = [], compression: COMPRESSION = none, tree: TREE = main
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// Ranks represent the plans that members are on; a fee is written in units of volume. `kinds` names the kinds of
// orders that pay a fee (none named: all that carry volume). A refund takes a fee back where it takes back the whole
// volume of its order. The most that a level can pay is the highest rate of the lower plan and of those below it.

CALL (order) {
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  RETURN coalesce(bought, order) AS sold, bought IS NOT NULL AS taken_back
}
WITH source, order, rule, sold, CASE
  WHEN order.commissionable_volume = 0 AND order.qualifying_volume = 0 THEN 0
  WHEN order.kind <> 'refund' THEN 1
  WHEN taken_back AND sold.commissionable_volume + order.commissionable_volume = 0
    AND sold.qualifying_volume + order.qualifying_volume = 0 THEN -1
  ELSE 0 END AS fees
WHERE fees <> 0 AND (size(rule.kinds) = 0 OR sold.kind IN rule.kinds)
CALL (source, order, rule) {
  WITH source, order, rule, source AS at, [] AS payees
  <<walk>>
  RETURN payees
}
UNWIND range(1, size(payees)) AS level
WITH rule, fees, level, payees[level - 1] AS payee,
  CASE WHEN payees[level - 1].rank < source.rank THEN payees[level - 1].rank ELSE source.rank END AS plan
WITH payee, level, fees * rule.fees[plan][0] AS base,
  CASE WHEN payee.active THEN rule.rates[plan][level - 1] ELSE 0 END AS rate,
  reduce(most = 0, rates IN rule.rates[..plan + 1] |
    CASE WHEN rates[level - 1] > most THEN rates[level - 1] ELSE most END) AS budget
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  base
