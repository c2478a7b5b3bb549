// Customers are found, and kept apart, by their id.
//
// mode:    schema
// params:  none
// returns: none

CREATE CONSTRAINT customer_id IF NOT EXISTS FOR (customer:Customer) REQUIRE customer.customer_id IS UNIQUE
