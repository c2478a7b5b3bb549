// The commissionable volumes of all orders of one source, as the run froze them.
//
// mode:    fragment
// params:  none
// returns: none

coalesce(source.own_orders, []) + coalesce(source.customer_orders, [])
