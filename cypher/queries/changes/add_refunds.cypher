// Say which orders new refunds take back.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (refund:Order {order_id: row.order_id})
MATCH (order:Order {order_id: row.refund_of})
CREATE (refund)-[:REFUNDS]->(order)
