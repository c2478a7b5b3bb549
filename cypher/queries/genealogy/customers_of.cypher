// The customers of a member.
//
// mode:    read
// params:  member_id: STRING
// returns: customers: LIST<STRING>

MATCH (member:Member {member_id: $member_id})<-[:CUSTOMER_OF]-(customer:Customer)
USING INDEX SEEK member:Member(member_id)
WITH customer ORDER BY customer.customer_id
RETURN collect(customer.customer_id) AS customers
