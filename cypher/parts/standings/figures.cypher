// What one standing has of its own, before anything rolls up: the volumes of its orders, activity, and no rank yet.
//
// mode:    fragment
// params:  floor: INTEGER
// returns: none
// insert:  facts, starts
//
// `starts` are the plan's measures that begin as a figure of the standing's own.

<<facts>>
SET standing.active = standing.status = 'active' AND (personal_volume >= $floor OR coalesce(standing.waived, false)),
  standing.personal_volume = personal_volume, standing.commissionable_volume = commissionable_volume,
  standing.customer_volume = customer_volume, standing.group_volume = personal_volume, standing.orders = orders,
  standing.own_orders = own_orders, standing.customer_orders = customer_orders,
  standing.qualified_rank = 0, standing.rank = 0, standing.best_rank = 0<<starts>>
