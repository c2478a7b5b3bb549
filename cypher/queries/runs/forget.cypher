// Forget a run whose standings are gone.
//
// mode:    write
// params:  run: INTEGER
// returns: none

MATCH (run:Run {number: $run})
OPTIONAL MATCH (run)<-[:TOTAL_OF]-(total:BonusTotal)
DETACH DELETE total, run
