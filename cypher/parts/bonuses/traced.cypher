// What the paid lines of one bonus come to, by payee and by what was sold, for a stretch of levels.
//
// mode:    read
// params:  run: INTEGER, cut: INTEGER, excluded: LIST<STRING>, by_price: BOOLEAN
// returns: rows: LIST<LIST<ANY>>
// insert:  sources, lines, rate
//
// A row is a payee, an origin, and the sum of base times rate. The origin is that of the order, or of the one that a
// refund takes back: `customers` bought it; the payee bought it (`own`); it is the first purchase that another member
// has made for themselves (`first_orders`), or a later one (`members`); or it has no volume (`no_sale`), and the bonus
// does not pay by its price (`by_price`). Each order is looked at once, whatever the number of its lines.

<<sources>>
<<lines>>
WITH payee, <<rate>> AS rate, [base IN bases WHERE base[1] <> 0] AS bases
WHERE rate > 0 AND payee IS NOT NULL
UNWIND bases AS base
WITH base[0] AS order_id, payee.member_id AS payee_id, sum(base[1] * rate) AS exact
WITH order_id, collect([payee_id, exact]) AS paid
MATCH (order:Order {order_id: order_id})
OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
WITH paid, coalesce(bought, order) AS sold
WITH paid, sold.member_id AS buyer_id, CASE
  WHEN NOT $by_price AND sold.commissionable_volume = 0 AND sold.qualifying_volume = 0 THEN 'no_sale'
  WHEN sold.customer_id IS NOT NULL THEN 'customers'
  WHEN EXISTS {
    MATCH (earlier:Order {member_id: sold.member_id})
    USING INDEX SEEK earlier:Order(member_id, ordered_at)
    WHERE earlier.ordered_at <= sold.ordered_at AND earlier.import_no <= $cut
      AND (earlier.ordered_at < sold.ordered_at OR earlier.order_id < sold.order_id)
      AND earlier.customer_id IS NULL AND earlier.commissionable_volume > 0 AND NOT earlier.kind IN $excluded
  } THEN 'members'
  ELSE 'first_orders' END AS origin
UNWIND paid AS each
WITH each[0] AS payee_id, each[1] AS exact,
  CASE WHEN origin IN ['members', 'first_orders'] AND each[0] = buyer_id THEN 'own' ELSE origin END AS origin
WITH payee_id, origin, sum(exact) AS exact
RETURN collect([payee_id, origin, exact]) AS rows
