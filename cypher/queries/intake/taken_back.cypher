// What stored refunds take back of some orders, in all: volumes in hundredths, and minor units of the order's currency.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: orders: LIST<LIST<ANY>>

UNWIND $ids AS order_id
MATCH (order:Order {order_id: order_id})<-[:REFUNDS]-(refund:Order)
WITH order_id, sum(refund.qualifying_volume) AS qualifying, sum(refund.commissionable_volume) AS commissionable,
  sum(CASE WHEN refund.currency = order.currency THEN refund.amount ELSE 0 END) AS amount
RETURN collect([order_id, qualifying, commissionable, amount]) AS orders
