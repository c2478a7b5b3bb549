// Paid and unpaid lines of a walking bonus make up all that it could pay on the period's volume.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH sum(standing.commissionable_volume) AS volume
MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal)
WHERE total.full_rate > 0 AND total.paid_exact + total.breakage <> volume * total.full_rate
RETURN total.bonus AS where, volume * total.full_rate AS expected, total.paid_exact + total.breakage AS actual
LIMIT $shown
