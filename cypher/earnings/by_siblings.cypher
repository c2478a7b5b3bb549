// Ask a bonus rule once for all sources under one parent: they share the walk, each order keeps its own base.
//
// mode:    fragment
// params:  rule: MAP
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>
// insert:  volumes, rule

UNWIND <<volumes>> AS base
OPTIONAL MATCH (source)-[:UNDER]->(above)
WITH above, collect(source)[0] AS source, collect(base) AS bases
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
