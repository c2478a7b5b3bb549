// Own volume of this period and those just before: in any of them, in every one, or in sum.
//
// kind:    requirement
// needs:   recent_volumes
// params:  at_least: VOLUME, periods: PERIODS = 2, how: ONE_OF<any|every|sum> = any
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// Periods: so many of an unbroken row of runs of the plan on the same calendar, this one included; one in which the
// member had no standing counts as 0.

WITH *, [ago IN range(0, rule.periods - 1) | coalesce(standing.recent_volumes[ago], 0)] AS volumes
WITH *,
  CASE rule.how
    WHEN 'sum' THEN reduce(total = 0, volume IN volumes | total + volume)
    WHEN 'every' THEN reduce(least = standing.personal_volume, volume IN volumes[1..] | CASE WHEN volume < least THEN volume ELSE least END)
    ELSE reduce(most = standing.personal_volume, volume IN volumes[1..] | CASE WHEN volume > most THEN volume ELSE most END) END AS figure
RETURN rule.at_least AS required, figure AS actual, figure >= rule.at_least AS passes
