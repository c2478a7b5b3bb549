// Payees whose entry of corrections in a batch is not the sum of a run's corrections, and entries of nobody corrected.
//
// mode:    read
// params:  run: INTEGER, batch: STRING, currency: STRING, shown: INTEGER
// returns: where: STRING, expected: INTEGER, actual: INTEGER

CALL () {
  MATCH (correction:Correction {run: $run})
  WHERE correction.member_id IS NOT NULL AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
  RETURN correction.member_id AS owner, correction.amount AS corrected, 0 AS posted
  UNION ALL
  MATCH (entry:Entry {batch: $batch})
  WHERE entry.event = 'corrected' AND entry.owner <> '' AND entry.currency = $currency
  RETURN entry.owner AS owner, 0 AS corrected, entry.amount AS posted
}
WITH owner, sum(corrected) AS corrected, sum(posted) AS posted
WHERE corrected <> posted
RETURN owner + ', corrected,' AS where, corrected AS expected, posted AS actual
ORDER BY where
LIMIT $shown
