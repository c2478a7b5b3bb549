// Corrections that a run has booked, as parallel columns in the order of members, for the run's hash.
//
// mode:    read
// params:  run: INTEGER, from: STRING, most: INTEGER
// returns: member_id: LIST<STRING>, period: LIST<STRING>, bonus: LIST<STRING>, before: LIST<INTEGER>, after: LIST<INTEGER>, settled: LIST<INTEGER>, reason: LIST<STRING>, orders: LIST<INTEGER>, order_ids: LIST<STRING>
//
// At most so many from one member on; the numbers of runs are left out, for they differ where a period was run again.

MATCH (correction:Correction {run: $run})
WHERE correction.member_id >= $from AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
WITH correction ORDER BY correction.member_id LIMIT $most
RETURN collect(correction.member_id) AS member_id, collect(correction.period) AS period,
  collect(correction.bonus) AS bonus, collect(correction.before) AS before, collect(correction.after) AS after,
  collect(correction.settled) AS settled, collect(correction.reason) AS reason, collect(correction.orders) AS orders,
  collect(reduce(text = '', id IN correction.order_ids | text + id + ' ')) AS order_ids
