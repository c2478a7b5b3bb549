// Levels within a group: a unilevel that ends at the first leader above the sale, for plans whose groups break away.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// flow:    group_top
// params:  border: RANK, rates: RATES_BY_RANK, inactive: ONE_OF<lose|keep> = lose, compression: COMPRESSION = none, tree: TREE = main, base: FACTOR = 1
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// A leader is a member of the `border` rank or higher, who is active or, with inactive = "keep", not. A sale is
// credited up to the leader of its group, the leader included, and no further; a leader's own sale to nobody. What
// the levels above would earn stays with the company as `breakaway`: kind breakaway pays the override instead.

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH source, rule, level, payees[level - 1] AS payee, rule.rates_most[level - 1] AS budget
WITH rule, level, payee, budget,
  coalesce(CASE rule.tree WHEN 'sponsor' THEN payee.enrolled_depth END, payee.depth) < source[rule.state][0] AS outside
WITH level, payee, budget, outside,
  CASE WHEN payee.active AND NOT outside THEN rule.rates[payee.rank][level - 1] ELSE 0 END AS rate
RETURN payee, level, rate, budget,
  CASE WHEN payee IS NULL THEN 'no_upline'
       WHEN outside THEN 'breakaway'
       WHEN NOT payee.active THEN 'inactive'
       WHEN rate = 0 THEN 'rank'
       WHEN rate < budget THEN 'lower_rate' END AS reason
