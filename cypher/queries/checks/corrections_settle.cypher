// Corrections settle what closed periods should have paid: bonus by bonus, and payee by payee.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER
//
// What is paid of a bonus after all corrections is what it pays where the period is computed again. Corrections of later
// runs are of no concern here.

MATCH (run:Run {number: $run})
UNWIND range(0, size(run.corrects) - 1) AS place
WITH run, run.corrects[place] AS paid_run, run.corrected_by[place] AS restated
CALL (run, paid_run, restated) {
  CALL (paid_run, restated) {
    MATCH (:Run {number: restated})<-[:TOTAL_OF]-(total:BonusTotal)
    RETURN total.bonus AS bonus, total.paid AS due, 0 AS settled
    UNION ALL
    MATCH (:Run {number: paid_run})<-[:TOTAL_OF]-(total:BonusTotal)
    RETURN total.bonus AS bonus, 0 AS due, total.paid AS settled
  }
  RETURN bonus, due, settled
  UNION ALL
  MATCH (booking:Run)
  WHERE paid_run IN booking.corrects
    AND (booking.number = run.number OR (booking.number < run.number AND booking.closed_by IS NOT NULL))
  MATCH (correction:Correction {run: booking.number})
  WHERE correction.member_id IS NOT NULL AND correction.paid_run = paid_run AND correction.bonus IS NOT NULL
  RETURN correction.bonus AS bonus, 0 AS due, correction.amount AS settled
}
WITH paid_run, bonus, reduce(total = 0, each IN collect(due) | total + each) AS expected,
  reduce(total = 0, each IN collect(settled) | total + each) AS actual
WHERE expected <> actual
RETURN bonus + ' of run ' + paid_run AS where, expected, actual
LIMIT $shown
UNION ALL
MATCH (run:Run {number: $run})
UNWIND range(0, size(run.corrects) - 1) AS place
WITH run.corrects[place] AS paid_run, run.corrected_by[place] AS restated
MATCH (correction:Correction {run: $run})
WHERE correction.member_id IS NOT NULL AND correction.paid_run = paid_run AND correction.bonus IS NOT NULL
WITH correction, paid_run, coalesce(COLLECT {
  MATCH (again:Standing {member_id: correction.member_id, run: restated})<-[:EARNED_BY]-(earning)
  WHERE earning.bonus = correction.bonus
  RETURN earning.amount
}[0], 0) AS due
WHERE correction.settled + correction.amount <> due
RETURN correction.bonus + ' of run ' + paid_run + ', ' + correction.member_id AS where, due AS expected,
  correction.settled + correction.amount AS actual
LIMIT $shown
