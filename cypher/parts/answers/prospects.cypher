// Some prospects, whom each belongs to, what each was before, with the changes that made it what it is, and the member
// that a prospect who has become a customer has become.
//
// mode:    read
// params:  prospect_ids: LIST<STRING>
// returns: prospect: MAP, member_id: STRING, pasts: LIST<MAP>, changes: LIST<MAP>, customer_became: STRING
// insert:  within
//
// Only prospects of a member within reach today. What an import has changed holds from the day of the import on, in UTC.

UNWIND $prospect_ids AS prospect_id
MATCH (prospect:Prospect {prospect_id: prospect_id})-[:PROSPECT_OF]->(member:Member)
WHERE <<within>>
OPTIONAL MATCH (customer:Customer {customer_id: prospect.became})
WHERE prospect.status = 'customer'
WITH prospect, member, customer, COLLECT {
  MATCH (past:Past)-[:PAST_OF]->(prospect)
  OPTIONAL MATCH (change:Change {number: past.closed_no})
  RETURN past {.*, until: coalesce(past.until, date(change.finished_at))} ORDER BY past.closed_no
} AS pasts
RETURN properties(prospect) AS prospect, member.member_id AS member_id, pasts, COLLECT {
  UNWIND [prospect.import_no] + [past IN pasts | past.closed_no] AS number
  MATCH (change:Change {number: number})
  RETURN DISTINCT change {.number, .finished_at, .actor, .reason}
} AS changes, customer.became AS customer_became
