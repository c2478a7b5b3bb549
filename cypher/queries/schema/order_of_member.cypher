// A member's orders of a period are found without their history.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX order_of_member IF NOT EXISTS FOR (order:Order) ON (order.member_id, order.ordered_at)
