// A restated run is complete: it can be carried from and compared with. It is no result of its period.
//
// mode:    read-write
// params:  run: INTEGER, facts: MAP
// returns: run: MAP, totals: LIST<MAP>

MATCH (run:Run {number: $run})
SET run.state = 'restated', run.finished_at = datetime(), run += $facts
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
