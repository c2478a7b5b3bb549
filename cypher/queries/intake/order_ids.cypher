// Those of some identifiers that orders have.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: ids: LIST<STRING>

UNWIND $ids AS order_id
MATCH (order:Order {order_id: order_id})
USING INDEX SEEK order:Order(order_id)
RETURN collect(order_id) AS ids
