// Note on corrections which orders they take back.
//
// mode:    write
// params:  run: INTEGER, paid_run: INTEGER, rows: LIST<MAP>
// returns: none

UNWIND $rows AS row
CALL (row) {
  MATCH (correction:Correction {run: $run, member_id: row.member_id, paid_run: $paid_run, bonus: row.bonus})
  SET correction.reason = 'refund', correction.orders = row.orders, correction.order_ids = row.order_ids
} IN TRANSACTIONS OF 5000 ROWS
