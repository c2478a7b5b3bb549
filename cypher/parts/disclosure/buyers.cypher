// How many customers bought from one member in the period, by the orders that the run knew.
//
// mode:    fragment
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: customers: INTEGER
//
// A customer counts if purchases exceed refunds in volume or money. Orders never change, so the number stays the same.

CALL (standing) {
  MATCH (order:Order {member_id: standing.member_id})
  USING INDEX SEEK order:Order(member_id, ordered_at)
  WHERE order.ordered_at >= $start AND order.ordered_at < $end
    AND order.import_no <= $cut AND NOT order.kind IN $excluded
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  WITH order, coalesce(bought, order).customer_id AS customer_id
  WHERE customer_id IS NOT NULL
  WITH customer_id, sum(order.qualifying_volume) AS qualifying, sum(order.commissionable_volume) AS commissionable,
    sum(order.amount) AS amount
  RETURN count(CASE WHEN qualifying > 0 OR commissionable > 0 OR amount > 0 THEN 1 END) AS customers
}
