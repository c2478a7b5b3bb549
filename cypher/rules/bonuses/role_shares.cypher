// Role shares: a fixed amount for each of some roles; it goes to the nearest ancestor who holds the role or a higher one.
//
// kind:    bonus
// scope:   source
// basis:   count
// flow:    first_orders(first_orders)
// levels:  roles
// climb:   roles
// params:  roles: RANKS, amounts: AMOUNTS, per: ONE_OF<order|member|volume> = order, each: SIZE = 100, kinds: TEXTS = [], days: DAYS = null, first_orders: POSITIVE = null, without_sale: BOOLEAN = false, tree: TREE = sponsor
// needs:   enrolled_on(days)
// only:    each(per=volume)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// The share of a role that nobody above holds goes to a higher role; where there is none of them either, it stays
// with the company. The level is the role's place in the list. What makes a piece: cypher/parts/bonuses/by_piece.cypher.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH level, payees[level - 1] AS payee, coalesce(rule.amounts[level - 1], 0) AS budget
RETURN payee, level, CASE WHEN payee IS NULL THEN 0 ELSE budget END AS rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline' END AS reason
