// Whether a change brought orders of some stretch of time.
//
// mode:    read
// params:  number: INTEGER, start: DATETIME, end: DATETIME
// returns: some: BOOLEAN

RETURN EXISTS {
  MATCH (order:Order)
  WHERE order.import_no = $number AND order.ordered_at >= $start AND order.ordered_at < $end
} AS some
