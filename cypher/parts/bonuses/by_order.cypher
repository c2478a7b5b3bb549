// Ask a bonus rule once for each order; the rule names the base itself.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  orders, rule

<<orders>>
CALL (source, order) {
  WITH source, order, $rule AS rule
  <<rule>>
}
WITH source, payee, level, rate, budget, reason, [[order.order_id, base]] AS bases
