// The customers of some members, each with the member.
//
// mode:    read
// params:  ids: LIST<STRING>
// returns: customers: LIST<LIST<STRING>>

UNWIND $ids AS member_id
MATCH (member:Member {member_id: member_id})<-[:CUSTOMER_OF]-(customer:Customer)
USING INDEX SEEK member:Member(member_id)
WITH customer, member_id ORDER BY customer.customer_id
RETURN collect([customer.customer_id, member_id]) AS customers
