// The refunds that came to count for committed periods after a change, by when the orders counted that they take back.
//
// mode:    read
// params:  since: INTEGER, cut: INTEGER
// returns: order_id: STRING, at: DATETIME, import_no: INTEGER

MATCH (order:Correcting)
WHERE $since < order.import_no <= $cut
RETURN order.order_id AS order_id, order.ordered_at AS at, order.import_no AS import_no
ORDER BY at, order_id
