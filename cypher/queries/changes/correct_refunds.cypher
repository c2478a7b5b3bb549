// Let refunds of open days correct the orders that are closed with a commit: from now on they count when those counted.
//
// mode:    read-write
// params:  number: INTEGER, first: DATETIME, end: DATETIME
// returns: refunds: INTEGER, first_at: DATETIME, last_at: DATETIME
//
// A refund of a refund goes with the nearest closed order. The committed runs do not see them: they have the number of
// the commit. Orders before `first` are older than the first committed period, and no committed run counted them.

MATCH (refund:Order)-[:REFUNDS]->()
WHERE refund.ordered_at >= $end
MATCH path = (refund)-[:REFUNDS*1..]->(root)
WHERE $first <= root.ordered_at < $end AND all(each IN nodes(path)[..-1] WHERE each.ordered_at >= $end)
WITH collect(DISTINCT [refund, refund.ordered_at, root.ordered_at]) AS corrected
CALL (corrected) {
  UNWIND corrected AS each
  WITH each[0] AS refund, each[1] AS counted, each[2] AS at
  SET refund:Correcting, refund.placed_at = coalesce(refund.placed_at, counted), refund.ordered_at = at,
    refund.import_no = $number
}
UNWIND CASE WHEN size(corrected) = 0 THEN [[null, null, null]] ELSE corrected END AS each
RETURN size(corrected) AS refunds, min(each[2]) AS first_at, max(each[1]) AS last_at
