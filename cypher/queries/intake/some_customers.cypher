// One page of customers with the members they belong to: those after a given one, in order of their ids.
//
// mode:    read
// params:  after: STRING, size: INTEGER
// returns: customers: LIST<LIST<STRING>>

MATCH (customer:Customer)
USING INDEX SEEK customer:Customer(customer_id)
WHERE customer.customer_id > $after
WITH customer ORDER BY customer.customer_id LIMIT $size
OPTIONAL MATCH (customer)-[:CUSTOMER_OF]->(member:Member)
WITH customer, member ORDER BY customer.customer_id
RETURN collect([
  customer.customer_id, member.member_id, customer.name, toString(customer.since), customer.became
]) AS customers
