// One order of the next members of a group of which a bonus has no line for anybody; null where each has one.
//
// mode:    read
// params:  batch: INTEGER
// returns: order_id: STRING
// insert:  chosen, lines, orders

CALL () {
  <<chosen>>
  RETURN collect(source) AS sources
}
CALL (sources) {
  UNWIND sources AS source
  <<lines>>
  WITH [base IN bases WHERE base[1] <> 0 | base[0]] AS bases
  UNWIND bases AS item
  RETURN collect(DISTINCT item) AS items
}
CALL (sources, items) {
  UNWIND sources AS source
  <<orders>>
  WITH order WHERE NOT order.order_id IN items
  RETURN min(order.order_id) AS order_id
}
RETURN order_id
