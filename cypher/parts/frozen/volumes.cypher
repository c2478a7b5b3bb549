// What a standing of another run has of its own: the volumes of its orders, and activity by another floor.
//
// mode:    fragment
// params:  floor: INTEGER
// returns: none

, active: of.status = 'active' AND of.personal_volume >= $floor, personal_volume: of.personal_volume,
  commissionable_volume: of.commissionable_volume, customer_volume: of.customer_volume, orders: of.orders,
  own_orders: of.own_orders, customer_orders: of.customer_orders, group_volume: of.personal_volume,
  qualified_rank: 0, rank: 0, best_rank: 0
