// What decides whether a bonus counts one order, for each of the options that leave orders out.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, order_id: STRING, rule: MAP
// returns: kind: STRING, own: BOOLEAN, taken_back: BOOLEAN, whole: BOOLEAN, days: INTEGER, first: BOOLEAN
//
// A refund goes the way of the order that it takes back: kind, own, days and first are those of that order.
// `whole`: it takes back the whole volume. `days` counts from the day of enrolment, which is 1; null where
// the bonus does not ask for it.

MATCH (source:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK source:Standing(member_id, run)
MATCH (order:Order {order_id: $order_id})
OPTIONAL MATCH (order)-[:REFUNDS]->(bought:Order)
WITH source, order, bought, coalesce(bought, order) AS sold
RETURN sold.kind AS kind, sold.customer_id IS NULL AS own, bought IS NOT NULL AS taken_back,
  coalesce(bought.commissionable_volume + order.commissionable_volume = 0
    AND bought.qualifying_volume + order.qualifying_volume = 0, false) AS whole,
  duration.inDays(source.enrolled_on, date(datetime({datetime: sold.ordered_at, timezone: $rule.zone}))).days + 1 AS days,
  sold.order_id IN coalesce(source[$rule.state], [sold.order_id]) AS first
