// Orders are found, and kept apart, by their id.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT order_id IF NOT EXISTS FOR (order:Order) REQUIRE order.order_id IS UNIQUE
