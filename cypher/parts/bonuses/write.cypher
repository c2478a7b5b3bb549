// Sum a bonus's lines by payee and store what each payee earns; return what nobody earned, by reason, and the sums.
//
// mode:    read-write
// params:  run: INTEGER, bonus: STRING
// returns: reason: STRING, unpaid: INTEGER, payees: INTEGER, lines: INTEGER, exact: INTEGER, paid: INTEGER
// insert:  lines, payee, rate, budget, reason, bases, count, line_amount, total_amount, sources

MATCH (source:Standing {run: $run})
USING INDEX SEEK source:Standing(run, depth)
WHERE source.depth >= 0 AND <<sources>>
<<lines>>
WITH <<payee>> AS payee, <<rate>> AS rate, <<budget>> AS budget, <<reason>> AS reason, <<bases>> AS bases, <<count>> AS lines
WITH payee, rate, budget, reason, lines, <<line_amount>> AS amount,
  reduce(total = 0, base IN bases | total + base) AS base
WITH CASE WHEN rate > 0 THEN payee END AS payee, reason,
  sum(base * rate) AS exact, sum(base * (budget - rate)) AS unpaid,
  sum(amount) AS amount, sum(lines) AS lines
WITH payee, sum(exact) AS exact, sum(amount) AS amount, sum(lines) AS lines, collect([reason, unpaid]) AS missed
// Whoever has no line, such as where no order makes a piece, is no payee and earns nothing, not 0.00.
WITH CASE WHEN lines > 0 THEN payee END AS payee, lines, missed, exact, <<total_amount>> AS amount
CALL (payee, lines, exact, amount) {
  WITH payee, lines, exact, amount WHERE payee IS NOT NULL
  CREATE (:Earning {bonus: $bonus, amount: amount, exact: exact, lines: lines})
    -[:EARNED_BY]->(payee)
} IN TRANSACTIONS OF 5000 ROWS ON ERROR RETRY FOR 60 SECONDS THEN FAIL
UNWIND range(0, size(missed) - 1) AS place
WITH CASE WHEN place = 0 THEN payee END AS payee, missed[place] AS missing, lines, exact, amount
RETURN coalesce(missing[0], '') AS reason, sum(missing[1]) AS unpaid, count(payee) AS payees,
  sum(CASE WHEN payee IS NULL THEN 0 ELSE lines END) AS lines,
  sum(CASE WHEN payee IS NULL THEN 0 ELSE exact END) AS exact,
  sum(CASE WHEN payee IS NULL THEN 0 ELSE amount END) AS paid
