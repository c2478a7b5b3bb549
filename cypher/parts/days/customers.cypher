// Everybody who is, was or is to be a customer of a member, each with what was before and what is planned.
//
// mode:    read
// params:  member_id: STRING, zone: STRING, reach: MAP
// returns: customers: LIST<LIST<ANY>>
// insert:  within

MATCH (member:Member {member_id: $member_id})
USING INDEX SEEK member:Member(member_id)
WHERE <<within>>
CALL (member) {
  MATCH (member)<-[:CUSTOMER_OF]-(customer:Customer)
  RETURN customer
UNION
  MATCH (past:Past {member_id: member.member_id})-[:PAST_OF]->(customer:Customer)
  RETURN customer
UNION
  MATCH (plan:Planned {field: 'member_id', value: member.member_id})-[:PLANNED_FOR]->(customer:Customer)
  RETURN customer
}
MATCH (customer)-[:CUSTOMER_OF]->(now:Member)
WITH customer, now ORDER BY customer.customer_id
RETURN collect([
  customer {.*, member_id: now.member_id},
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(customer)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY coalesce(past.turned_no, past.closed_no), past.until, past.closed_no
  },
  COLLECT { MATCH (plan:Planned)-[:PLANNED_FOR]->(customer) RETURN plan {.*} }
]) AS customers
