// Runs in a state, of a number where that is given, with the totals of their bonuses, newest first.
//
// mode:    read
// params:  state: STRING, number: INTEGER
// returns: run: MAP, totals: LIST<MAP>

MATCH (run:Run {state: $state})
WHERE $number IS NULL OR run.number = $number
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
ORDER BY run.number DESC
