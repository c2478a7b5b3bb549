// Whether the volumes of a member's orders cancel each other out: then a run that sums them has passed them by.
//
// mode:    fragment
// params:  none
// returns: none

source.commissionable_volume = 0 AND (source.own_orders IS NOT NULL OR source.customer_orders IS NOT NULL)
