// A page of the lines of one bonus that name one payee, after a line, out of the next sources in the order of their ids.
//
// mode:    read
// params:  payee_id: STRING, after_source: STRING, after_order: STRING, after_level: INTEGER, same: INTEGER, unpaid: BOOLEAN, first: INTEGER, batch: INTEGER
// returns: lines: LIST<LIST<ANY>>, looked_at: STRING
// insert:  chosen, lines, rate, reason, depth, line_rounded
//
// Lines are in the order of source, order and level; of several that are the same in these the page after skips
// `same`. `looked_at` is the last source of a full batch, from which the next batch goes on; null at the end.

CALL () {
  <<chosen>>
  RETURN collect(source) AS sources
}
WITH sources, CASE WHEN size(sources) = $batch THEN sources[-1].member_id END AS looked_at
CALL (sources) {
  UNWIND sources AS source
  <<lines>>
  WITH source, payee, level, <<rate>> AS rate, budget, <<reason>> AS reason, [base IN bases WHERE base[1] <> 0] AS bases
  WHERE payee.member_id = $payee_id
  UNWIND bases AS base
  WITH source, payee, level, rate, budget, reason, base[0] AS order_id, base[1] AS base
  WHERE ($unpaid OR rate > 0) AND ($after_source IS NULL OR source.member_id > $after_source
    OR (source.member_id = $after_source AND CASE
      WHEN order_id = $after_order OR (order_id IS NULL AND $after_order IS NULL) THEN level >= $after_level
      WHEN $after_order IS NULL THEN false
      ELSE order_id IS NULL OR order_id > $after_order END))
  WITH source, payee, level, rate, budget, reason, order_id, base, base * rate AS exact
  ORDER BY source.member_id, order_id, level, base, rate, budget, reason SKIP $same LIMIT $first
  RETURN collect([
    payee.member_id, order_id, source.member_id, level, source.<<depth>> - payee.<<depth>>,
    base, rate, budget, reason, exact, <<line_rounded>>
  ]) AS lines
}
RETURN lines, looked_at
