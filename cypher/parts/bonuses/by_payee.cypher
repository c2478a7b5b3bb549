// Ask a bonus rule once for each standing as a payee; the rule names each line's base, and where it comes from.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule, origin

CALL (source) {
  WITH source AS payee, $rule AS rule
  <<rule>>
}
WITH <<origin>> AS source, payee, level, rate, budget, reason, [[null, base]] AS bases
