// Group volume reaches a figure, of which each leg (and by option own volume) counts at most a share.
//
// kind:    requirement
// params:  at_least: VOLUME, leg_cap: RATE = null, cap_own: BOOLEAN = false
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// Without a leg_cap group volume counts as it is, even where one leg alone exceeds the figure.

RETURN
  rule.at_least AS required,
  CASE WHEN rule.leg_cap IS NULL THEN standing.group_volume ELSE
    reduce(counted = CASE
      WHEN rule.cap_own AND standing.personal_volume > rule.at_least * rule.leg_cap / 1000000
      THEN rule.at_least * rule.leg_cap / 1000000 ELSE standing.personal_volume END,
    leg IN legs | counted + CASE
      WHEN leg.volume > rule.at_least * rule.leg_cap / 1000000
      THEN rule.at_least * rule.leg_cap / 1000000 ELSE leg.volume END)
  END AS actual,
  CASE WHEN rule.leg_cap IS NULL THEN standing.group_volume >= rule.at_least ELSE
    reduce(counted = CASE
      WHEN rule.cap_own AND standing.personal_volume > rule.at_least * rule.leg_cap / 1000000
      THEN rule.at_least * rule.leg_cap / 1000000 ELSE standing.personal_volume END,
    leg IN legs | counted + CASE
      WHEN leg.volume > rule.at_least * rule.leg_cap / 1000000
      THEN rule.at_least * rule.leg_cap / 1000000 ELSE leg.volume END) >= rule.at_least
  END AS passes,
  CASE WHEN leg.volume > rule.at_least * rule.leg_cap / 1000000 THEN rule.at_least * rule.leg_cap / 1000000 ELSE leg.volume END AS counts,
  CASE WHEN rule.leg_cap IS NULL THEN rule.at_least
       WHEN leg.volume > rule.at_least * rule.leg_cap / 1000000 THEN 0 ELSE rule.at_least * rule.leg_cap / 1000000 - leg.volume END AS room
