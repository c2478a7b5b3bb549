// Take back the prospects that an unfinished change brought, under its own number or a later one.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (prospect:Prospect)
WHERE prospect.import_no >= $number
OPTIONAL MATCH (member:Member {member_id: prospect.became, prospect_id: prospect.prospect_id})
OPTIONAL MATCH (customer:Customer {customer_id: prospect.became, prospect_id: prospect.prospect_id})
CALL (prospect, member, customer) {
  SET member.prospect_id = null
  SET customer.prospect_id = null
  DETACH DELETE prospect
} IN TRANSACTIONS OF 10000 ROWS
