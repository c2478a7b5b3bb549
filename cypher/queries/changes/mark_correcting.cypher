// Mark new refunds as correcting: the orders that they take back were counted by committed runs.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (order:Order {order_id: row.order_id})
USING INDEX SEEK order:Order(order_id)
SET order:Correcting
