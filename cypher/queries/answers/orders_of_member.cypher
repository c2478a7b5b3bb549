// A page of a member's orders, newest first, after one of them, of some days and kinds; and how many there are.
//
// mode:    read
// params:  member_id: STRING, from_day: DATE, to_day: DATE, kinds: LIST<STRING>, after: STRING, first: INTEGER, counted: BOOLEAN
// returns: order_ids: LIST<STRING>, total: INTEGER
//
// Days are those of the company's time zone. `total` is null unless it is to be counted.

OPTIONAL MATCH (company:Company {key: 'company'})
OPTIONAL MATCH (last:Order {order_id: $after})
WITH coalesce(company.time_zone, 'UTC') AS zone, last
WITH last,
  datetime({date: coalesce($from_day, date('0001-01-01')), timezone: zone}) AS start,
  datetime({date: coalesce($to_day, date('9999-12-30')) + duration({days: 1}), timezone: zone}) AS end
OPTIONAL MATCH (order:Order {member_id: $member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at >= start AND order.ordered_at < end AND ($kinds IS NULL OR order.kind IN $kinds)
WITH last, order ORDER BY order.ordered_at DESC, order.order_id DESC
WITH last, collect(order) AS orders
RETURN [order IN orders WHERE $after IS NULL OR order.ordered_at < last.ordered_at
    OR (order.ordered_at = last.ordered_at AND order.order_id < last.order_id) | order.order_id][..$first] AS order_ids,
  CASE WHEN $counted THEN size(orders) END AS total
