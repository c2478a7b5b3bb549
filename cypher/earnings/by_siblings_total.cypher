// Ask a bonus rule once for all sources under one parent, on the sum of their volume.
//
// mode:    fragment
// params:  rule: MAP
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>, count: INTEGER
// insert:  rule

OPTIONAL MATCH (source)-[:UNDER]->(above)
WITH above, collect(source)[0] AS source, [sum(source.commissionable_volume)] AS bases, sum(source.orders) AS count
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
