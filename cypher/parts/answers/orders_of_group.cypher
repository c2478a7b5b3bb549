// A page of the orders that a run counted for the next members of a group, by member and time, after one of them.
//
// mode:    read
// params:  after_member: STRING, after_at: DATETIME, after_id: STRING, from_day: DATETIME, to_day: DATETIME, kinds: LIST<STRING>, first: INTEGER, batch: INTEGER
// returns: order_ids: LIST<STRING>, looked_at: STRING
// insert:  chosen, orders
//
// `looked_at` is the last member of a full batch, from which the next batch goes on; null at the end.

CALL () {
  <<chosen>>
  RETURN collect(source) AS sources
}
WITH sources, CASE WHEN size(sources) = $batch THEN sources[-1].member_id END AS looked_at
CALL (sources) {
  UNWIND sources AS source
  <<orders>>
  WITH source, order
  WHERE ($kinds IS NULL OR order.kind IN $kinds)
    AND ($from_day IS NULL OR order.ordered_at >= $from_day) AND ($to_day IS NULL OR order.ordered_at < $to_day)
    AND ($after_member IS NULL OR source.member_id > $after_member OR order.ordered_at > $after_at
      OR (order.ordered_at = $after_at AND order.order_id > $after_id))
  WITH source, order ORDER BY source.member_id, order.ordered_at, order.order_id LIMIT $first
  RETURN collect(order.order_id) AS order_ids
}
RETURN order_ids, looked_at
