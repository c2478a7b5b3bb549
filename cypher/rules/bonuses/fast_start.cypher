// Fast start: a rate by enroller's level on what a recruit orders in the first days.
//
// kind:    bonus
// scope:   order
// basis:   volume
// levels:  rates
// flow:    first_orders(first_orders)
// needs:   enrolled_on(days)
// params:  rates: RATES_BY_RANK, days: DAYS = null, first_orders: POSITIVE = null, kinds: TEXTS = [], customers: BOOLEAN = false, compression: COMPRESSION = none, tree: TREE = sponsor, base: FACTOR = 1
// figures: rates
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// days: the order falls on the day of enrolment or one of the n - 1 days after it, in the plan's time zone.
// first_orders: only the recruit's first n orders of all time, among those of the kinds that count.
// customers: what the recruit's customers order in that time counts too.
// A refund follows the order that it takes back. An unearned share stays with the company unless the plan
// names a compression.

WITH source, order, rule
CALL (order) {
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  RETURN coalesce(bought, order) AS sold
}
WITH source, order, rule, sold
WHERE (size(rule.kinds) = 0 OR sold.kind IN rule.kinds)
  AND (rule.customers OR sold.customer_id IS NULL)
  AND (rule.first_orders IS NULL OR sold.order_id IN source[rule.state])
WITH source, order, rule, sold
WHERE rule.days IS NULL
  OR date(datetime({datetime: sold.ordered_at, timezone: rule.zone})) < source.enrolled_on + duration({days: rule.days})
WITH source, order, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH order, rule, level, payees[level - 1] AS payee, rule.rates_most[level - 1] AS budget
WITH order, level, payee, budget, CASE WHEN payee.active THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  order.commissionable_volume AS base
