// The customers of some members.
//
// mode:    read
// params:  gone: LIST<STRING>
// returns: rows: LIST<LIST<ANY>>

UNWIND $gone AS member_id
MATCH (member:Member {member_id: member_id})<-[:CUSTOMER_OF]-(customer:Customer)
USING INDEX SEEK member:Member(member_id)
RETURN collect([customer.customer_id, customer.name, customer.since, member_id]) AS rows
