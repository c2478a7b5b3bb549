// Let a run rest on the restated run of a key, where that is there already: the key names all that it was computed from.
//
// mode:    read-write
// params:  key: STRING, run: INTEGER
// returns: run: MAP, totals: LIST<MAP>
//
// The first SET takes the lock, so that nobody removes the restated run meanwhile: see runs/removing.

MATCH (run:Run {state: 'restated', restated_key: $key})
WITH run ORDER BY run.number LIMIT 1
SET run.number = run.number
WITH run
WHERE run.state = 'restated'
MATCH (user:Run {number: $run})
SET user.restated = [each IN coalesce(user.restated, []) WHERE each <> run.number] + run.number
RETURN run {.*} AS run, COLLECT {
  MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
  RETURN total {.*} AS facts
  ORDER BY total.position
} AS totals
