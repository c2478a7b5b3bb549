// Whether the money comes from customers: their share of the volume, the payout as a share of the volume,
// and how many members are paid or active with fewer customers than needed.
//
// mode:    read
// params:  run: INTEGER, unit: INTEGER, parts: INTEGER, one: INTEGER, customers_needed: INTEGER = 5
// returns: members: INTEGER, active: INTEGER, active_few_customers: INTEGER, earners: INTEGER, earners_few_customers: INTEGER, earners_no_customer: INTEGER, volume_hundredths: INTEGER, customer_volume_hundredths: INTEGER, customer_share_ppm: INTEGER, paid_minor: INTEGER, payout_share_ppm: INTEGER
// areas:   totals
//
// Volume is commissionable volume. A customer counts for the member who had them by the period's last day; how many
// those were is kept with a committed run.
// The payout share is pay divided by the volume at the plan's point value; both shares are rounded down.

MATCH (run:Run {number: $run})
CALL (run) {
  MATCH (standing:Standing {run: run.number})
  WHERE standing.depth >= 0
  MATCH (member:Member {member_id: standing.member_id})
  USING INDEX SEEK member:Member(member_id)
  WITH run, standing, coalesce(standing.earned, 0) AS earned,
    CASE WHEN run.committed_at IS NOT NULL AND standing.had_customers IS NOT NULL THEN standing.had_customers ELSE COUNT {
      MATCH (member)<-[:CUSTOMER_OF]-(customer:Customer)
      WHERE (customer.since IS NULL OR customer.since <= run.last_day) AND customer.import_no <= run.cut
    } END AS customers
  RETURN
    count(*) AS members,
    sum(CASE WHEN standing.active THEN 1 ELSE 0 END) AS active,
    sum(CASE WHEN standing.active AND customers < $customers_needed THEN 1 ELSE 0 END) AS active_few_customers,
    sum(CASE WHEN earned > 0 THEN 1 ELSE 0 END) AS earners,
    sum(CASE WHEN earned > 0 AND customers < $customers_needed THEN 1 ELSE 0 END) AS earners_few_customers,
    sum(CASE WHEN earned > 0 AND customers = 0 THEN 1 ELSE 0 END) AS earners_no_customer,
    sum(standing.commissionable_volume) AS volume,
    sum(standing.customer_volume) AS customer_volume,
    sum(earned) AS paid
}
RETURN
  members, active, active_few_customers, earners, earners_few_customers, earners_no_customer,
  volume AS volume_hundredths,
  customer_volume AS customer_volume_hundredths,
  CASE WHEN volume > 0 THEN customer_volume * 1000000 / volume END AS customer_share_ppm,
  paid AS paid_minor,
  CASE WHEN volume > 0 THEN paid * ($parts / $one * 1000000) / volume / $unit END AS payout_share_ppm
