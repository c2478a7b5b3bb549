// Some members in a run: status, rank, pay, and what they bought for themselves by kind and currency.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen
//
// A row is a member's id, status, rank, pay in minor units, whether active, and purchases: kind, currency, money,
// orders, and how many of them have no price. A refund counts with the kind of the order that it takes back.

<<chosen>>
CALL (standing) {
  MATCH (order:Order {member_id: standing.member_id})
  USING INDEX SEEK order:Order(member_id, ordered_at)
  WHERE order.ordered_at >= $start AND order.ordered_at < $end AND order.import_no <= $cut
  OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
  WITH order, coalesce(bought, order) AS sold
  WHERE sold.customer_id IS NULL
  WITH sold.kind AS kind, order.currency AS currency, sum(order.amount) AS amount, count(*) AS orders,
    count(CASE WHEN order.amount = 0 THEN 1 END) AS unpriced
  RETURN collect([kind, currency, amount, orders, unpriced]) AS purchases
}
RETURN collect([standing.member_id, standing.status, standing.rank, coalesce(standing.earned, 0),
  coalesce(standing.active, false), purchases]) AS rows
