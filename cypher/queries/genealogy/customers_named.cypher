// Some customers, whom they belong to, and what they were before, with the day and the number of the change that ended it.
//
// mode:    read
// params:  ids: LIST<STRING>, zone: STRING
// returns: customers: LIST<LIST<ANY>>

UNWIND $ids AS customer_id
MATCH (customer:Customer {customer_id: customer_id})-[:CUSTOMER_OF]->(member:Member)
RETURN collect([
  customer_id, properties(customer), member.member_id,
  COLLECT {
    MATCH (past:Past)-[:PAST_OF]->(customer)
    OPTIONAL MATCH (change:Change {number: past.closed_no})
    RETURN past {
      .*, until: coalesce(past.until, date(datetime({datetime: change.finished_at, timezone: $zone})))
    } ORDER BY past.closed_no
  }
]) AS customers
