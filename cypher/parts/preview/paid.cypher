// What some members' lines of one bonus come to, by payee: the exact sum, that of lines rounded one by one, and how many.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>
// returns: paid: LIST<LIST<ANY>>
// insert:  sources, lines, rate, bases, count, line_amount

UNWIND $member_ids AS member_id
MATCH (source:Standing {member_id: member_id, run: $run})
USING INDEX SEEK source:Standing(member_id, run)
WITH source WHERE <<sources>>
<<lines>>
WITH payee, <<rate>> AS rate, <<bases>> AS bases, <<count>> AS lines
WHERE rate > 0 AND payee IS NOT NULL
WITH payee, rate, lines, <<line_amount>> AS amount, reduce(total = 0, base IN bases | total + base) AS base
WITH payee, sum(base * rate) AS exact, sum(amount) AS amount, sum(lines) AS lines
RETURN collect([payee.member_id, exact, amount, lines]) AS paid
