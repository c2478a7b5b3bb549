// Keep how many customers each member had by the period's end, on some levels of a run.
//
// mode:    write
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: none

MATCH (run:Run {number: $run})
MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
MATCH (member:Member {member_id: standing.member_id})
USING INDEX SEEK member:Member(member_id)
SET standing.had_customers = COUNT {
  MATCH (member)<-[:CUSTOMER_OF]-(customer:Customer)
  WHERE (customer.since IS NULL OR customer.since <= run.last_day) AND customer.import_no <= run.cut
}
