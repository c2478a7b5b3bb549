// Ask a bonus rule for those orders of a source that the bonus counts, once for each place where levels begin.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  orders, rule
//
// `kinds` and `on` pick orders; `start` says whether level 1 of an order is the credited member or the one above.
// A refund goes the way of the order that it takes back.

CALL (source) {
  <<orders>>
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  WITH order, coalesce(bought, order) AS sold
  WHERE (size(coalesce($rule.kinds, [])) = 0 OR sold.kind IN $rule.kinds)
    AND (coalesce($rule.on, 'all') = 'all' OR ($rule.on = 'own') = (sold.customer_id IS NULL))
  WITH order, coalesce($rule.start = 'self' OR ($rule.start = 'buyer' AND sold.customer_id IS NOT NULL), false) AS from_self
  RETURN from_self, collect([order.order_id, order.commissionable_volume]) AS bases
}
CALL (source, from_self) {
  WITH source, from_self, $rule AS options
  WITH source, options {.*, from_self: from_self} AS rule
  <<rule>>
}
