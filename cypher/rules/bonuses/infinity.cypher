// Infinity: a rate by rank without a depth limit, until the next member of the same rank, or a higher one, blocks it.
//
// kind:    bonus
// scope:   source
// basis:   volume
// levels:  rates
// climb:   blocked_by
// params:  rates: RATE_BY_RANK, above_levels: COUNT = 0, from_level: POSITIVE = 1, to_level: POSITIVE = null, blocked_by: ONE_OF<same|higher> = same, one_more: BOOLEAN = false, own_blocks: BOOLEAN = false, tree: TREE = main, base: FACTOR = 1, on: ONE_OF<customers|own|all> = all, kinds: TEXTS = []
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING
//
// Each rank that has a rate is a class, and a level. For each class the first active member above the source
// who holds it is paid the full rate, and blocks everybody above; with blocked_by = "higher" any higher rank
// with a rate blocks too. A member within `above_levels` steps of the source is not paid here (the levels below
// are another bonus's), yet blocks: from the top, the leg under that member is closed; nor is one fewer than
// `from_level` steps above it, or more than `to_level`. The source does not block own volume, so that one level into a
// closed leg is paid; with `own_blocks` it is not. With `one_more` the first who blocks lets one more through.

WITH source, rule, source AS at, [] AS payees
<<walk>>
WITH source, rule, payees, [rank IN range(0, size(rule.rates) - 1) WHERE rule.rates[rank][0] > 0] AS classes
UNWIND range(1, size(classes)) AS level
WITH source, rule, level, classes[level - 1] AS class, payees[level - 1] AS first, rule.overlays[level - 1] AS overlay
CALL (rule, first, overlay) {
  WITH rule, first, overlay WHERE rule.one_more AND first IS NOT NULL
  MATCH (first)-[:UNDER]->(parent)
  OPTIONAL MATCH (parent)-[into:COMPRESSED_INTO]->(above)
  WHERE NOT parent.keeps[overlay] AND overlay IN into.overlays
  WITH CASE WHEN parent.keeps[overlay] THEN parent ELSE above END AS after ORDER BY after.member_id
  RETURN collect(after)[0] AS second
}
WITH source, rule, level, class, rule.rates[class][0] AS budget,
  [first] + CASE WHEN rule.one_more THEN [second] ELSE [] END AS candidates,
  CASE WHEN rule.own_blocks AND source.active AND (rule.meets IS NULL OR source[rule.meets] IS NOT NULL) AND rule.rates[source.rank][0] > 0
    AND (source.rank = class OR (rule.blocked_by = 'higher' AND source.rank > class)) THEN 1 ELSE 0 END AS stood
UNWIND range(1, size(candidates)) AS place
WITH source, rule, level, class, budget, candidates[place - 1] AS payee,
  place + stood > size(candidates) AS blocked
WITH level, payee, budget, CASE
  WHEN payee IS NULL THEN 'no_upline'
  WHEN blocked OR payee.rank <> class THEN 'blocked'
  WHEN <<distance>> <= rule.above_levels OR <<outside>> THEN 'level' END AS reason
RETURN payee, level, CASE WHEN reason IS NULL THEN budget ELSE 0 END AS rate, budget, reason
