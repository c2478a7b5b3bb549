// What is planned of facts up to a day, with whom it is about, and the first day of what comes after it.
//
// mode:    read
// params:  day: DATE
// returns: plans: LIST<LIST<ANY>>, next: DATE

MATCH (plan:Planned)-[:PLANNED_FOR]->(holder)
WHERE plan.withdrawn_no IS NULL
RETURN
  collect(CASE WHEN plan.on <= $day THEN [plan.on, plan.opened_no, plan.field, holder.member_id, holder.customer_id] END) AS plans,
  min(CASE WHEN plan.on > $day THEN plan.on END) AS next
