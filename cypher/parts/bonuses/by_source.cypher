// Ask a bonus rule once for each source of volume; each of the source's orders makes one line.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  orders, rule

CALL (source) {
  <<orders>>
  RETURN collect([order.order_id, order.commissionable_volume]) AS bases
}
CALL (source) {
  WITH source, $rule AS rule
  <<rule>>
}
