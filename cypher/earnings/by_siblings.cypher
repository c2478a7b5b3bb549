// Ask a bonus rule once for all sources under one parent: they share the walk, each order keeps its own base.
//
// mode:    fragment
// params:  rule: MAP
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>, count: INTEGER
// insert:  orders, rule

<<orders>>
WITH source, order.commissionable_volume AS base
WHERE base <> 0
OPTIONAL MATCH (source)-[:UNDER]->(above)
WITH above, collect(source)[0] AS source, collect(base) AS bases
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
WITH payee, level, rate, budget, reason, bases, size(bases) AS count
