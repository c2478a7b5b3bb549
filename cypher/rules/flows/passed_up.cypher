// What passes up from a member: the ids of the first sales of all time, or of the first recruits.
//
// kind:    flow
// order:   any
// needs:   enrolled_on(of=recruits)
// params:  none
// returns: state: LIST<STRING>
// shows:   first_ones: TEXTS = state

CALL (standing, rule) {
  WITH standing AS source, rule
  WHERE rule.of = 'sales' AND source.orders > 0
  <<all_orders>>
  WITH rule, order
  WHERE (size(rule.kinds) = 0 OR order.kind IN rule.kinds) AND order.kind <> 'refund'
    AND (rule.on = 'all' OR (rule.on = 'own') = (order.customer_id IS NULL))
  WITH order ORDER BY order.ordered_at, order.order_id
  RETURN collect(order.order_id) AS ids
  UNION ALL
  WITH standing, rule
  WHERE rule.of = 'recruits'
  MATCH (standing)<-[:UNDER]-(recruit)
  WHERE recruit.status <> 'customer'
  WITH recruit ORDER BY recruit.enrolled_on, recruit.member_id
  RETURN collect(recruit.member_id) AS ids
}
WITH rule, ids
WHERE size(ids) > 0
RETURN ids[..rule.first] AS state
