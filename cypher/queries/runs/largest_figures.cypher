// The order with the largest volume of a period, and the largest fact.
//
// mode:    read
// params:  start: DATETIME, end: DATETIME, cut: INTEGER, excluded: LIST<STRING>
// returns: what: STRING, id: STRING, member_id: STRING, figure: INTEGER

CALL () {
  MATCH (order:Order)
  WHERE order.ordered_at >= $start AND order.ordered_at < $end AND order.import_no <= $cut
    AND NOT order.kind IN $excluded
  RETURN 'order' AS what, order.order_id AS id, order.member_id AS member_id,
    CASE WHEN abs(order.qualifying_volume) > abs(order.commissionable_volume) THEN order.qualifying_volume
      ELSE order.commissionable_volume END AS figure
  ORDER BY abs(figure) DESC, id
  LIMIT 1
  UNION ALL
  MATCH (fact:Fact)-[:FACT_OF]->(member:Member)
  WHERE fact.import_no <= $cut
  RETURN 'fact' AS what, fact.name AS id, member.member_id AS member_id, fact.value AS figure
  ORDER BY abs(figure) DESC, id
  LIMIT 1
}
RETURN what, id, member_id, figure
