// Let refunds of orders that are open again count by themselves: from when they were placed, or from the first open instant.
//
// mode:    read-write
// params:  number: INTEGER, end: DATETIME
// returns: refunds: INTEGER, first_at: DATETIME, last_at: DATETIME
//
// `end` is when the last period ends that is still committed; null for none.

MATCH (refund:Correcting)
WHERE $end IS NULL OR refund.ordered_at >= $end
WITH refund, refund.ordered_at AS at,
  CASE WHEN refund.placed_at < $end THEN datetime({epochSeconds: $end.epochSeconds}) ELSE refund.placed_at END AS counts
SET refund.placed_at = CASE WHEN refund.placed_at < counts THEN refund.placed_at END, refund.ordered_at = counts,
  refund.import_no = $number
REMOVE refund:Correcting
RETURN count(*) AS refunds, min(at) AS first_at, max(counts) AS last_at
