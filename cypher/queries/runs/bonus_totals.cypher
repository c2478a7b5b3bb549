// The stored totals of each bonus of a run, in the plan's order.
//
// mode:    read
// params:  run: INTEGER
// returns: total: MAP

MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal)
RETURN properties(total) AS total
ORDER BY total.position
