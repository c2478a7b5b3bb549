// Some customers, whom they belong to, what they were before, with the day and the number of the change that ended it, and
// what is planned for them.
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
    } ORDER BY coalesce(past.turned_no, past.closed_no), past.until, past.closed_no
  },
  COLLECT {
    MATCH (plan:Planned)-[:PLANNED_FOR]->(customer)
    RETURN plan {.*, element: elementId(plan)} ORDER BY plan.on, plan.opened_no
  }
]) AS customers
