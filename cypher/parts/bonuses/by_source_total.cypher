// Ask a bonus rule once for each source of volume, on the sum of the source's orders.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule

WITH source, [[null, source.commissionable_volume]] AS bases
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
