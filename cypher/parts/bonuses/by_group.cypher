// Ask a bonus rule once for each standing as the source of a whole group's volume; the rule names the base itself.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  rule

CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
WITH source, payee, level, rate, budget, reason, [[null, base]] AS bases
