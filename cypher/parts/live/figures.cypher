// Live figures of some members, each with the change that they include, whether it is the last one, and for how many
// seconds the first change that they do not include has been waiting. No row: who is where has changed since the run was
// chosen; choose it again.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, reach: MAP
// returns: member_id: STRING, active: BOOLEAN, orders: INTEGER, personal_volume: INTEGER, commissionable_volume: INTEGER, customer_volume: INTEGER, group_volume: INTEGER, change: INTEGER, as_of: DATETIME, up_to_date: BOOLEAN, delay: INTEGER
// insert:  age, chosen

MATCH (live:Run {number: $run})
WHERE $reach.all OR coalesce(live.moved, false) = $reach.walk
CALL () {
  <<age>>
}
CALL () {
  <<chosen>>
  RETURN standing
}
RETURN
  standing.member_id AS member_id, standing.active AS active, standing.orders AS orders,
  standing.personal_volume AS personal_volume, standing.commissionable_volume AS commissionable_volume,
  standing.customer_volume AS customer_volume, standing.group_volume AS group_volume,
  change, as_of, change = last_change AS up_to_date, delay
