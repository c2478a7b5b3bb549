// The first orders of a period whose members enrolled after its last day: order, member, day of enrolment.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>, day: DATE, most: INTEGER
// returns: named: LIST<LIST<STRING>>

UNWIND range(1, $cut) AS import_no
MATCH (order:Order {import_no: import_no})
USING INDEX SEEK order:Order(import_no, ordered_at)
WHERE order.ordered_at >= $start AND order.ordered_at < $end
  AND NOT order.kind IN $excluded
MATCH (order)-[:CREDITED_TO]->(member:Member)
WHERE member.enrolled_on > $day
WITH order.order_id AS order_id, member ORDER BY order_id LIMIT $most
RETURN collect([order_id, member.member_id, toString(member.enrolled_on)]) AS named
