// The totals of a bonus are the sums over its payees: exact earnings, minor units, and what caps cut.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: LIST<INTEGER>, actual: LIST<INTEGER>
//
// With a total's budget of paid_exact + breakage, nothing that a bonus could pay is lost: it is paid, cut, rounded off,
// or stays with the company for a reason.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
MATCH (standing)<-[:EARNED_BY]-(earning)
WITH earning.bonus AS bonus, sum(earning.exact) AS exact, sum(earning.amount) AS paid, sum(earning.cut) AS cut
WITH collect([bonus, exact, paid, cut]) AS earned
MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal)
WITH total, coalesce([sums IN earned WHERE sums[0] = total.bonus | sums[1..]][0], [0, 0, 0]) AS actual,
  [total.paid_exact, total.paid, total.cut] AS expected,
  reduce(unpaid = 0, part IN total.unpaid | unpaid + part) AS for_reasons
WHERE actual <> expected OR for_reasons <> total.breakage
RETURN 'payees of ' + total.bonus AS where, expected + [total.breakage] AS expected, actual + [for_reasons] AS actual
LIMIT $shown
