// Keep a run that is no result under a state of its own. A what-if of the same name goes, and a replaced run on which only
// that one rested.
//
// mode:    read-write
// params:  run: INTEGER, state: STRING, facts: MAP
// returns: run: MAP, totals: LIST<MAP>

MATCH (run:Run {number: $run})
SET run.state = $state, run.finished_at = datetime(), run += $facts
WITH run
CALL (run) {
  OPTIONAL MATCH (older:Run {state: $state})
  WHERE older.what_if = run.what_if AND older.number < run.number
  SET older.state = 'superseded'
}
CALL () {
  OPTIONAL MATCH (spared:Run {state: 'spared'})
  WHERE NOT EXISTS { (:Run {state: 'what_if', base: spared.number}) }
  SET spared.state = 'superseded'
}
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
