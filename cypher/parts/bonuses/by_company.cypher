// Ask a bonus rule once for the whole company; it returns every line.
//
// mode:    fragment
// params:  run: INTEGER, rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule

CALL (source) {
  WITH source.run AS run, $rule AS rule
  <<rule>>
}
WITH coalesce(payee, source) AS source, payee, level, rate, budget, reason, [[null, base]] AS bases
