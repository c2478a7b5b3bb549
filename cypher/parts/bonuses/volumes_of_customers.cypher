// The commissionable volumes of the orders of one source's customers, as the run froze them.
//
// mode:    fragment
// params:  none
// returns: none

coalesce(source.customer_orders, [])
