// Give a run that is only tried out its record. It stays under way, so it is no result, and the next command
// that finds its process gone removes it.
//
// mode:    read-write
// params:  run: INTEGER, facts: MAP
// returns: run: MAP, totals: LIST<MAP>

MATCH (run:Run {number: $run})
SET run += $facts, run.finished_at = datetime()
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
