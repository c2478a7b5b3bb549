// Those of some identifiers that customers have.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: ids: LIST<STRING>

UNWIND $ids AS customer_id
MATCH (customer:Customer {customer_id: customer_id})
USING INDEX SEEK customer:Customer(customer_id)
RETURN collect(customer_id) AS ids
