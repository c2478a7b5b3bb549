// How some members fared in a run, and how many customers bought from each: one row for all of them.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>, customers_needed: INTEGER
// returns: members: INTEGER, active: INTEGER, active_few_customers: INTEGER, earners: INTEGER, earners_few_customers: INTEGER, earners_no_customer: INTEGER, volume: INTEGER, customer_volume: INTEGER
// insert:  chosen, buyers

<<chosen>>
<<buyers>>
WITH standing, customers, coalesce(standing.earned, 0) > 0 AS earns
RETURN count(*) AS members,
  count(CASE WHEN standing.active THEN 1 END) AS active,
  count(CASE WHEN standing.active AND customers < $customers_needed THEN 1 END) AS active_few_customers,
  count(CASE WHEN earns THEN 1 END) AS earners,
  count(CASE WHEN earns AND customers < $customers_needed THEN 1 END) AS earners_few_customers,
  count(CASE WHEN earns AND customers = 0 THEN 1 END) AS earners_no_customer,
  sum(standing.commissionable_volume) AS volume,
  sum(standing.customer_volume) AS customer_volume
