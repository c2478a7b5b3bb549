// Ask a bonus rule once for all sources with the same first payee, on the sum of their volume.
//
// mode:    fragment
// params:  rule: MAP
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>, count: INTEGER
// insert:  step, rule

WITH source, $rule AS rule
<<step>>
WITH first, collect(source)[0] AS source, [sum(source.commissionable_volume)] AS bases, sum(source.orders) AS count
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
