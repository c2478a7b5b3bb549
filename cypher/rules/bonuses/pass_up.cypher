// Pass-up: a member's first sales, or the sales of the first recruits, pay the sponsor once; the others pay the member.
//
// kind:    bonus
// scope:   order
// basis:   volume
// flow:    passed_up
// params:  first: POSITIVE, of: ONE_OF<sales|recruits> = sales, rate: RATE_BY_RANK, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = [], tree: TREE = sponsor, base: FACTOR = 1
// figures: rate
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// of = "sales": a member's `first` sales of all time, among the orders that count, pay the sponsor, and all later ones
// the member. of = "recruits": the sales of a member's `first` recruits pay the member's sponsor, those of all later
// recruits the member. What passes up passes up once; where nobody is above, it stays with the company. `on` and `kinds`
// pick the orders that count; a refund follows the order that it takes back.

WITH source, order, rule
CALL (order) {
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  RETURN coalesce(bought, order) AS sold
}
WITH source, order, rule, sold
WHERE (size(rule.kinds) = 0 OR sold.kind IN rule.kinds)
  AND (rule.on = 'all' OR (rule.on = 'own') = (sold.customer_id IS NULL))
OPTIONAL MATCH (source)-[:UNDER]->(sponsor)
OPTIONAL MATCH (sponsor)-[:UNDER]->(above)
WITH order, rule, CASE
  WHEN rule.of = 'sales' THEN CASE WHEN sold.order_id IN source[rule.state] THEN [sponsor, 1] ELSE [source, 0] END
  WHEN source.member_id IN sponsor[rule.state] THEN [above, 2] ELSE [sponsor, 1] END AS paid
WITH order, rule, paid[0] AS payee, paid[1] AS level, rule.rate_most[0] AS budget
WITH order, payee, level, budget, CASE WHEN payee.active THEN rule.rate[payee.rank][0] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason,
  order.commissionable_volume AS base
