// What one bonus made of the orders of the next members of a group, for one payee: a row for each reason.
//
// mode:    read
// params:  payee_id: STRING, batch: INTEGER
// returns: looked_at: STRING, members: INTEGER, orders: INTEGER, reasons: LIST<LIST<ANY>>
// insert:  chosen, lines, rate, reason
//
// A row of `reasons` is a reason, how many orders (or earnings that are matched) have it first, and one of them. `orders`
// counts all orders of these members; those without any line of the bonus are in no row.

CALL () {
  <<chosen>>
  RETURN collect(source) AS sources
}
WITH sources, CASE WHEN size(sources) = $batch THEN sources[-1].member_id END AS looked_at
CALL (sources) {
  UNWIND sources AS source
  <<lines>>
  WITH source, payee, <<rate>> AS rate, <<reason>> AS reason, [base IN bases WHERE base[1] <> 0] AS bases
  UNWIND bases AS base
  WITH source, base[0] AS item, collect(CASE WHEN payee.member_id = $payee_id THEN
    CASE WHEN rate > 0 THEN 'paid' ELSE coalesce(reason, 'zero_rate') END END) AS own
  WITH item, CASE WHEN 'paid' IN own THEN 'paid' WHEN size(own) > 0 THEN own[0]
    WHEN source.member_id = $payee_id THEN 'own_order' ELSE 'not_reached' END AS reason
  WITH reason, count(*) AS items, min(item) AS example
  RETURN collect([reason, items, example]) AS reasons
}
RETURN looked_at, size(sources) AS members,
  reduce(total = 0, source IN sources | total + source.orders) AS orders, reasons
