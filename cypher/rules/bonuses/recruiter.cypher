// Recruiter: a fixed amount to the sponsor by rank; what is missing to the full amount goes to the next higher upline.
//
// kind:    bonus
// scope:   source
// basis:   count
// flow:    first_orders(first_orders)
// levels:  direct
// climb:   ranks
// params:  direct: AMOUNT_BY_RANK, full: MONEY = null, per: ONE_OF<order|member|volume> = order, each: SIZE = 100, kinds: TEXTS = [], days: DAYS = null, first_orders: POSITIVE = null, without_sale: BOOLEAN = false, tree: TREE = sponsor
// needs:   enrolled_on(days)
// only:    each(per=volume)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// The full amount is the highest direct one unless `full` says more. Level 1 is the sponsor; level 2 the nearest
// active member above the sponsor whose rank has a higher direct amount: he takes the whole rest. An inactive
// sponsor's direct amount is not paid. What makes a piece: cypher/parts/bonuses/by_piece.cypher.

OPTIONAL MATCH (source)-[:UNDER]->(sponsor)
WITH source, rule, sponsor AS at, [sponsor] AS payees
<<walk>>
WITH rule, payees, coalesce(rule.full, rule.direct_most[0]) AS full, coalesce(rule.direct[payees[0].rank][0], 0) AS direct
WITH payees, CASE WHEN payees[0] IS NULL THEN [full] ELSE [direct, full - direct] END AS shares
UNWIND range(1, size(shares)) AS level
WITH level, payees[level - 1] AS payee, shares[level - 1] AS budget
WHERE budget > 0
RETURN payee, level, CASE WHEN payee.active THEN budget ELSE 0 END AS rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline' WHEN NOT payee.active THEN 'inactive' END AS reason
