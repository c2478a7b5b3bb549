// The earnings on the standings add up to what the run's bonuses paid.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH sum(standing.earned) AS earned
OPTIONAL MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal)
WITH earned, sum(total.paid) AS paid
WHERE earned <> paid
RETURN 'earnings of all members' AS where, paid AS expected, earned AS actual
LIMIT $shown
