// The orders of the period that count for nobody, and why: the plan excludes their kind, or the member enrolled after the period.
//
// mode:    read
// params:  run: INTEGER
// returns: order_id: STRING, ordered_at: STRING, member_id: STRING, kind: STRING, qualifying_volume_hundredths: INTEGER, commissionable_volume_hundredths: INTEGER, reason: STRING
// areas:   orders

MATCH (run:Run {number: $run})
UNWIND range(1, run.cut) AS import_no
MATCH (order:Order {import_no: import_no})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at >= run.begins_at AND order.ordered_at < run.ends_at
MATCH (order)-[:CREDITED_TO]->(member:Member)
WITH order, member,
  CASE
    WHEN order.kind IN run.excluded_kinds THEN 'the plan excludes the kind'
    WHEN member.enrolled_on > run.last_day THEN 'the member enrolled on ' + toString(member.enrolled_on)
  END AS reason
WHERE reason IS NOT NULL
RETURN
  order.order_id AS order_id, toString(order.ordered_at) AS ordered_at, member.member_id AS member_id,
  order.kind AS kind, order.qualifying_volume AS qualifying_volume_hundredths,
  order.commissionable_volume AS commissionable_volume_hundredths, reason
ORDER BY ordered_at, order_id
