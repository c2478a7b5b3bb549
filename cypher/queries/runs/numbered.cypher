// One run with the totals of its bonuses, whatever its state.
//
// mode:    read
// params:  number: INTEGER
// returns: run: MAP, totals: LIST<MAP>

MATCH (run:Run {number: $number})
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
