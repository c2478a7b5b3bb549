// What is planned for a later day and waits, soonest first; then what was given up when its day came, the last first.
//
// mode:    read
// params:  shown: INTEGER = 1000
// returns: state: STRING, day: DATE, what: STRING, id: STRING, to: STRING, leg: STRING, change_number: INTEGER, remark: STRING
// areas:   people
//
// what is sponsor, placement, status, owner or customer (whom one belongs to), change_number the change that planned it. Of what
// was given up it is the change that says so, and the remark says why.

CALL () {
  MATCH (member:Member)-[edge:WILL_SPONSORED_BY|WILL_PLACED_UNDER]->(parent:Member)
  RETURN 'waits' AS state, edge.since AS day, CASE type(edge) WHEN 'WILL_SPONSORED_BY' THEN 'sponsor' ELSE 'placement' END AS what,
    member.member_id AS id, parent.member_id AS to, edge.leg AS leg, edge.import_no AS change_number, null AS remark
UNION ALL
  MATCH (plan:Planned)-[:PLANNED_FOR]->(holder)
  WHERE plan.withdrawn_no IS NULL
  RETURN 'waits' AS state, plan.on AS day, CASE plan.field WHEN 'owner_id' THEN 'owner' WHEN 'member_id' THEN 'customer' ELSE plan.field END AS what,
    coalesce(holder.member_id, holder.customer_id) AS id, plan.value AS to, null AS leg, plan.opened_no AS change_number, null AS remark
UNION ALL
  MATCH (change:Change)
  WHERE change.remarks IS NOT NULL
  UNWIND change.remarks AS remark
  RETURN 'given up' AS state, change.effective_on AS day, null AS what, null AS id, null AS to, null AS leg,
    change.number AS change_number, remark
}
RETURN state, day, what, id, to, leg, change_number, remark
ORDER BY state DESC, CASE state WHEN 'waits' THEN duration.inDays(date('2000-01-01'), day).days ELSE -change_number END,
  change_number, what, id, remark
LIMIT $shown
