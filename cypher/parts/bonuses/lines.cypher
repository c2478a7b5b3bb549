// The lines of one bonus, paid and unpaid, as parallel lists: for one source, or for a stretch of levels.
//
// mode:    read
// params:  run: INTEGER
// returns: lines: LIST<LIST<ANY>>
// insert:  lines, rate, reason, depth, sources, named, line_rounded

<<sources>>
<<lines>>
WITH source, payee, level, <<rate>> AS rate, budget, <<reason>> AS reason, [base IN bases WHERE base[1] <> 0] AS bases
WHERE <<named>>
UNWIND bases AS base
WITH source, payee, level, rate, budget, reason, base[0] AS order_id, base[1] AS base
WITH source, payee, level, rate, budget, reason, order_id, base, base * rate AS exact
ORDER BY source.member_id, order_id, level, payee.member_id
RETURN collect([
  payee.member_id, order_id, source.member_id, level, source.<<depth>> - payee.<<depth>>,
  base, rate, budget, reason, exact, <<line_rounded>>
]) AS lines
