// Say which customers bought new orders.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
MATCH (order:Order {order_id: row.order_id})
MATCH (customer:Customer {customer_id: row.customer_id})
CREATE (order)-[:BOUGHT_BY]->(customer)
