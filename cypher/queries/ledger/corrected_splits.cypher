// What some runs correct for a member, by period and bonus.
//
// mode:    read
// params:  owner: STRING, runs: LIST<INTEGER>
// returns: run: INTEGER, period: STRING, bonus: STRING, amount: INTEGER

UNWIND $runs AS run
MATCH (correction:Correction {run: run, member_id: $owner})
WHERE correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
RETURN run, correction.period AS period, correction.bonus AS bonus, correction.amount AS amount
ORDER BY run, period, bonus
