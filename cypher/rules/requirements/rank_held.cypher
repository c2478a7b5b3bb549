// A rank, or a higher one, was held in each of the last periods, or in enough of them.
//
// kind:    requirement
// needs:   earlier_qualified_ranks(by=qualified), earlier_paid_ranks(by=paid)
// params:  rank: RANK, periods: PERIODS, at_least: PERIODS = null, by: ONE_OF<qualified|paid> = qualified, this_period: BOOLEAN = false
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// Periods: so many of an unbroken row of runs of the plan on the same calendar, those just before this one; with
// this_period this one is the first of them. `at_least` of them are enough (left out: all). `by` says whether the rank
// was qualified for or paid as, overrides and grace included. What this period is paid as is known last of all, so it
// counts by what is qualified for: below a rank, by the ranks of the ladder under it; of a bonus, by the rank itself.

WITH *,
  coalesce(rule.at_least, rule.periods) AS required,
  size([held IN (CASE WHEN rule.this_period THEN [reached] ELSE [] END
    + coalesce(CASE WHEN rule.by = 'paid' THEN standing.earlier_paid_ranks ELSE standing.earlier_qualified_ranks END, []))[..rule.periods]
    WHERE held >= rule.rank]) AS periods
RETURN required, periods AS actual, periods >= required AS passes
