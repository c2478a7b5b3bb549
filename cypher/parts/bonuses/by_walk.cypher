// Ask a bonus rule once for all sources with the same first payee: they share the rest of the walk too.
//
// mode:    fragment
// params:  rule: MAP
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>
// insert:  step, volumes, rule
//
// Each order keeps its own base.

WITH source, $rule AS rule
<<step>>
UNWIND <<volumes>> AS base
WITH first, collect(source)[0] AS source, collect(base) AS bases
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
