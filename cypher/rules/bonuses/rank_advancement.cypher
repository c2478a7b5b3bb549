// Rank advancement: an amount for reaching a rank, once per rank and lifetime, perhaps after holding it for periods.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    rank_advancement
// params:  amounts: AMOUNT_OF_RANK, held: PERIODS = 1, pay_skipped: BOOLEAN = true, instalments: PERIODS = 1, missed: ONE_OF<pay|wait|lose> = pay
// only:    missed(instalments)
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER
//
// A rank that is not listed in `amounts` pays nothing. Whoever skips ranks is paid for each of them too, or by
// option for the highest alone; either way none of them is paid again. The line's level is the rank's number.
// With `instalments` an amount is paid in that many equal parts, one a period from the first on; parts are whole minor
// units, the last one has the rest. In a period in which the member is not active or misses the rank, a part is
// paid all the same (`missed` = pay), waits, or is lost.

WITH payee, rule, payee[rule.state] AS state, size(rule.amounts) - 1 AS ranks
WHERE state IS NOT NULL
UNWIND range(1, ranks) AS level
WITH payee, rule, level, state[1 + 2 * ranks + level] AS part, rule.amounts[level] / rule.instalments AS each
WHERE part <> 0
WITH payee, level, part, CASE WHEN abs(part) < rule.instalments THEN each
  ELSE rule.amounts[level] - (rule.instalments - 1) * each END AS due
RETURN payee, level, CASE WHEN part > 0 THEN due ELSE 0 END AS rate, due AS budget,
  CASE WHEN part < 0 THEN 'not_held' END AS reason, 1 AS base
