// The orders that an import brought are found without the others, and those of a period in one stretch: live figures
// ask for the latest, a run's hash for all of them.
//
// mode:    schema
// params:  none
// returns: none

CREATE INDEX order_of_import IF NOT EXISTS FOR (order:Order) ON (order.import_no, order.ordered_at)
