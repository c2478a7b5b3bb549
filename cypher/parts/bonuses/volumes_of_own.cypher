// The commissionable volumes of one source's own orders, as the run froze them.
//
// mode:    fragment
// params:  none
// returns: none

coalesce(source.own_orders, [])
