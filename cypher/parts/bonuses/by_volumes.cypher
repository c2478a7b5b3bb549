// Ask a bonus rule once for each source, whose standing holds the volumes of the orders that count.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<INTEGER>
// insert:  volumes, rule

WITH source, <<volumes>> AS bases
WHERE bases <> []
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
