// The orders of one source of volume up to the period's end, whatever their kind, as the run knew them.
//
// mode:    fragment
// params:  end: DATETIME, cut: INTEGER
// returns: order: NODE

MATCH (order:Order {member_id: source.member_id})
USING INDEX SEEK order:Order(member_id, ordered_at)
WHERE order.ordered_at < $end AND order.import_no <= $cut
