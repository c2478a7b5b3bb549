// How many orders a run counted for a member, or for a whole group, of some days and kinds.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, from_day: DATETIME, to_day: DATETIME, kinds: LIST<STRING>
// returns: total: INTEGER
// insert:  levels, orders

MATCH (above:Standing {member_id: $member_id, run: $run})<-[:UNDER*0..<<levels>>]-(source)
USING INDEX SEEK above:Standing(member_id, run)
WITH DISTINCT source WHERE source.orders > 0
<<orders>>
WITH order
WHERE ($kinds IS NULL OR order.kind IN $kinds)
  AND ($from_day IS NULL OR order.ordered_at >= $from_day) AND ($to_day IS NULL OR order.ordered_at < $to_day)
RETURN count(order) AS total
