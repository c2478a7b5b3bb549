// Take back what an unfinished change planned of facts, and what it ended of plans, under its own number or a later one.
//
// mode:    write
// params:  number: INTEGER
// returns: none

MATCH (plan:Planned)
WHERE plan.opened_no >= $number OR plan.withdrawn_no >= $number
CALL (plan) {
  REMOVE plan.withdrawn_no
  FOREACH (_ IN CASE WHEN plan.opened_no >= $number THEN [1] ELSE [] END | DETACH DELETE plan)
} IN TRANSACTIONS OF 10000 ROWS
