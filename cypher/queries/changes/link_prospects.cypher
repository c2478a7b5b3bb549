// Note of customers and members which prospect they were; a member may have been a customer in between.
//
// mode:    write
// params:  rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
OPTIONAL MATCH (customer:Customer {customer_id: row.became})
WHERE row.status = 'customer'
OPTIONAL MATCH (member:Member {member_id: CASE WHEN row.status = 'member' THEN row.became ELSE customer.became END})
SET customer.prospect_id = row.prospect_id, member.prospect_id = row.prospect_id
