// Ask a bonus rule once for each source; each of the source's orders that makes a piece, or several, is one line.
//
// mode:    fragment
// params:  rule: MAP
// returns: source: NODE, payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, bases: LIST<LIST<ANY>>
// insert:  orders, rule
//
// What makes a piece is the rule's `per`: an order; a member who is active and has an order in the period, once;
// or each whole `each` of commissionable volume of an order. `kinds` names the kinds of orders that count (none
// named: all), `days` the first days of membership in which they do, `first_orders` how many of all time. An order
// without any volume makes no piece unless the plan says `without_sale`. A refund takes a piece back where it takes
// back the whole volume of its order; of a member's it takes none beyond the period. `on` and `start` are those of
// unilevel; a member counts from above, or from the member itself, for all orders alike.

CALL (source) {
  WITH source, CASE WHEN $rule.days IS NOT NULL THEN source.enrolled_on + duration({days: $rule.days}) END AS until
  <<orders>>
  OPTIONAL MATCH (order)-[:REFUNDS]->(sold:Order)
  WITH until, source, order, coalesce(sold, order) AS sold, sold IS NOT NULL AS taken_back
  WHERE (size(coalesce($rule.kinds, [])) = 0 OR sold.kind IN $rule.kinds)
    AND (coalesce($rule.on, 'all') = 'all' OR ($rule.on = 'own') = (sold.customer_id IS NULL))
    AND ($rule.first_orders IS NULL OR sold.order_id IN source[$rule.state])
    AND (until IS NULL OR date(datetime({datetime: sold.ordered_at, timezone: $rule.zone})) < until)
  WITH order, sold, taken_back, coalesce($rule.start = 'self'
    OR ($rule.start = 'buyer' AND $rule.per <> 'member' AND sold.customer_id IS NOT NULL), false) AS from_self, CASE
    WHEN $rule.per = 'volume' THEN order.commissionable_volume / $rule.each
    WHEN NOT coalesce($rule.without_sale, false)
      AND order.commissionable_volume = 0 AND order.qualifying_volume = 0 THEN 0
    WHEN order.kind <> 'refund' THEN 1
    WHEN taken_back AND sold.commissionable_volume + order.commissionable_volume = 0
      AND sold.qualifying_volume + order.qualifying_volume = 0 THEN -1
    ELSE 0 END AS pieces
  ORDER BY order.ordered_at, order.order_id
  RETURN from_self, collect([order.order_id, pieces]) AS counted
}
WITH source, from_self, CASE
  WHEN coalesce($rule.per, 'order') <> 'member' THEN counted
  WHEN source.active AND reduce(total = 0, piece IN counted | total + piece[1]) > 0
  THEN [piece IN counted WHERE piece[1] > 0][..1] ELSE [] END AS bases
CALL (source, from_self) {
  WITH source, from_self, $rule AS options
  WITH source, options {.*, from_self: from_self} AS rule
  <<rule>>
}
