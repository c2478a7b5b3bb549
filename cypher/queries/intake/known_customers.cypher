// What is stored of these customers; those that are not stored are left out.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: customers: LIST<LIST<STRING>>

UNWIND $ids AS customer_id
MATCH (customer:Customer {customer_id: customer_id})
OPTIONAL MATCH (customer)-[:CUSTOMER_OF]->(member:Member)
RETURN collect([
  customer.customer_id, customer.name, toString(customer.since), member.member_id, customer.became
]) AS customers
