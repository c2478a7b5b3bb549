// Own volume of this period and those just before: in any of them, in every one, or in sum.
//
// kind:    requirement
// needs:   recent_volumes
// params:  at_least: VOLUME, periods: POSITIVE = 2, how: ONE_OF<any|every|sum> = any
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// Periods: so many of an unbroken row of runs of the plan on the same calendar, this one included; one in which the
// member had no standing counts as 0.

RETURN
  rule.at_least AS required,
  CASE rule.how
    WHEN 'sum' THEN reduce(total = 0, ago IN range(0, rule.periods - 1) | total + coalesce(standing.recent_volumes[ago], 0))
    WHEN 'every' THEN reduce(least = standing.personal_volume, ago IN range(1, rule.periods - 1) | CASE
      WHEN coalesce(standing.recent_volumes[ago], 0) < least THEN coalesce(standing.recent_volumes[ago], 0) ELSE least END)
    ELSE reduce(most = standing.personal_volume, ago IN range(1, rule.periods - 1) | CASE
      WHEN coalesce(standing.recent_volumes[ago], 0) > most THEN coalesce(standing.recent_volumes[ago], 0) ELSE most END)
  END AS actual,
  CASE rule.how
    WHEN 'sum' THEN reduce(total = 0, ago IN range(0, rule.periods - 1) | total + coalesce(standing.recent_volumes[ago], 0))
    WHEN 'every' THEN reduce(least = standing.personal_volume, ago IN range(1, rule.periods - 1) | CASE
      WHEN coalesce(standing.recent_volumes[ago], 0) < least THEN coalesce(standing.recent_volumes[ago], 0) ELSE least END)
    ELSE reduce(most = standing.personal_volume, ago IN range(1, rule.periods - 1) | CASE
      WHEN coalesce(standing.recent_volumes[ago], 0) > most THEN coalesce(standing.recent_volumes[ago], 0) ELSE most END)
  END >= rule.at_least AS passes
