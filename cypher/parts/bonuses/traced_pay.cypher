// What the paid lines of a bonus on others' pay come to, by payee and by the pay that each one matches.
//
// mode:    read
// params:  run: INTEGER, matched: LIST<STRING>, member_ids: LIST<STRING>, payee_ids: LIST<STRING>
// returns: rows: LIST<LIST<ANY>>
// insert:  sources, lines, rate
//
// A row is the payee, the member whose pay is matched, the bonus that paid it, and the sum of base times rate. The bonus
// is null where the rule names none, and stands for all that it matches. Member and bonus are null on lines that match pay
// of nobody in `member_ids`, or of no bonus in `matched`. A rule that is asked for each payee walks down to all below, so it
// is asked for `payee_ids` alone; null asks for all.

<<sources>>
WITH source WHERE $payee_ids IS NULL OR source.member_id IN $payee_ids
<<lines>>
WITH source, payee, <<rate>> AS rate, bases
WHERE rate > 0 AND payee IS NOT NULL
UNWIND bases AS base
WITH source, payee, base, rate, source.member_id IN $member_ids AND coalesce(base[0] IN $matched, true) AS concerns
WITH payee.member_id AS payee_id, CASE WHEN concerns THEN source.member_id END AS member_id,
  CASE WHEN concerns THEN base[0] END AS bonus, sum(base[1] * rate) AS exact
RETURN collect([payee_id, member_id, bonus, exact]) AS rows
