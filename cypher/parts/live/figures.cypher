// Live figures of some members, each with the change that they include, and whether it is the last one.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, reach: MAP
// returns: member_id: STRING, active: BOOLEAN, orders: INTEGER, personal_volume: INTEGER, commissionable_volume: INTEGER, customer_volume: INTEGER, group_volume: INTEGER, change: INTEGER, as_of: DATETIME, up_to_date: BOOLEAN
// insert:  chosen

MATCH (live:Run {number: $run})
MATCH (company:Company {key: 'company'})
CALL (live, company) {
  <<chosen>>
  RETURN standing
}
RETURN
  standing.member_id AS member_id, standing.active AS active, standing.orders AS orders,
  standing.personal_volume AS personal_volume, standing.commissionable_volume AS commissionable_volume,
  standing.customer_volume AS customer_volume, standing.group_volume AS group_volume,
  live.cut AS change, live.refreshed_at AS as_of, live.cut = company.last_change AS up_to_date
