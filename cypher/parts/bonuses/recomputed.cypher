// What a bonus's lines sum up to, derived again, and where that is not what a payee's earning says.
//
// mode:    read
// params:  run: INTEGER, bonus: STRING, shown: INTEGER
// returns: wrong: LIST<LIST<ANY>>, payees: INTEGER, exact: INTEGER, stored_payees: INTEGER, stored_exact: INTEGER
// insert:  sources, lines, rate, bases, line_amount, total_amount
//
// A row of `wrong` is a member, exact and amount of the lines, exact and amount of the earning before caps. `payees`
// counts those who have an earning; one without any line shows in that number alone.

MATCH (source:Standing {run: $run})
USING INDEX SEEK source:Standing(run, depth)
WHERE source.depth >= 0 AND <<sources>>
<<lines>>
WITH payee, <<rate>> AS rate, <<bases>> AS bases
WHERE rate > 0 AND payee IS NOT NULL
WITH payee, rate, <<line_amount>> AS amount, reduce(total = 0, base IN bases | total + base) AS base
WITH payee, sum(base * rate) AS exact, sum(amount) AS amount
WITH payee, exact, <<total_amount>> AS amount
OPTIONAL MATCH (payee)<-[:EARNED_BY]-(earning:Earning {bonus: $bonus})
WITH payee.member_id AS member_id, earning, exact, amount, coalesce(earning.exact, 0) AS stored_exact,
  coalesce(earning.amount, 0) + coalesce(earning.cut, 0) AS stored_amount
ORDER BY member_id
WITH count(earning) AS payees, sum(exact) AS exact, collect(CASE WHEN [exact, amount] <> [stored_exact, stored_amount]
  THEN [member_id, exact, amount, stored_exact, stored_amount] END)[..$shown] AS wrong
MATCH (:Run {number: $run})<-[:TOTAL_OF]-(total:BonusTotal {bonus: $bonus})
RETURN wrong, payees, coalesce(exact, 0) AS exact, total.payees AS stored_payees, total.paid_exact AS stored_exact
