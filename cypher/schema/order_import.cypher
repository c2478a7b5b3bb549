// The orders that an import brought are found without the others: live figures ask for the latest.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX order_import IF NOT EXISTS FOR (order:Order) ON (order.import_no)
