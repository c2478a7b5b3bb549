// What a run has booked, by corrected run and bonus.
//
// mode:    read
// params:  run: INTEGER
// returns: paid_run: INTEGER, bonus: STRING, payees: INTEGER, amount: INTEGER

MATCH (correction:Correction {run: $run})
WHERE correction.member_id IS NOT NULL AND correction.paid_run IS NOT NULL AND correction.bonus IS NOT NULL
WITH correction.paid_run AS paid_run, correction.bonus AS bonus, count(*) AS payees, collect(correction.amount) AS amounts
RETURN paid_run, bonus, payees, reduce(total = 0, amount IN amounts | total + amount) AS amount
