// Structure bonus: an amount by rank, once a period, for every member whose team meets some requirements.
//
// kind:    bonus
// scope:   payee
// basis:   count
// params:  require: REQUIREMENTS, match: ONE_OF<all|any> = all, amount: AMOUNT_BY_RANK
// figures: amount
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// Requirements are those of ranks, nested alike, and are judged with them. A member who does not meet them has
// no line; one who does and is inactive has an unpaid one.

WITH payee, rule
WHERE payee[rule.state] IS NOT NULL
WITH payee, rule, CASE WHEN payee.active THEN rule.amount[payee.rank][0] ELSE 0 END AS earned
RETURN payee, 0 AS level, earned AS rate, rule.amount_most[0] AS budget,
  CASE WHEN NOT payee.active THEN 'inactive' WHEN earned = 0 THEN 'rank'
       WHEN earned < rule.amount_most[0] THEN 'lower_rate' END AS reason,
  1 AS base
