// Where the figures of a live run are not what a full run would count: volumes, and activity.
//
// mode:    read
// params:  run: INTEGER, floor: INTEGER, shown: INTEGER
// returns: member_id: STRING, figure: STRING, expected: INTEGER, actual: INTEGER
// insert:  facts
//
// No floor: activity is about more than the period, and such live figures are always rebuilt.

MATCH (standing:Standing {run: $run})
<<facts>>
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN sum(below.group_volume) AS volume_below
}
WITH standing, personal_volume, own_orders, customer_orders, volume_below, $floor AS floor
UNWIND [
  ['personal volume', personal_volume, standing.personal_volume],
  ['group volume', personal_volume + volume_below, standing.group_volume],
  ['own orders', reduce(total = 0, one IN coalesce(own_orders, []) | total + one),
    reduce(total = 0, one IN coalesce(standing.own_orders, []) | total + one)],
  ['orders of customers', reduce(total = 0, one IN coalesce(customer_orders, []) | total + one),
    reduce(total = 0, one IN coalesce(standing.customer_orders, []) | total + one)],
  ['active', CASE WHEN standing.status = 'active' AND (personal_volume >= floor OR coalesce(standing.waived, false))
    THEN 1 ELSE 0 END, CASE WHEN standing.active THEN 1 ELSE 0 END]
] AS compared
WITH standing, compared
WHERE compared[1] <> compared[2] AND (compared[0] <> 'active' OR $floor IS NOT NULL)
RETURN standing.member_id AS member_id, compared[0] AS figure, compared[1] AS expected, compared[2] AS actual
LIMIT $shown
