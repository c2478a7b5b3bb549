// Group volume reaches a figure, of which each leg (and by option own volume) counts at most a share.
//
// kind:    requirement
// params:  at_least: VOLUME, leg_cap: SHARE = null, leg_most: VOLUME = null, cap_own: BOOLEAN = false, own: BOOLEAN = true, best_legs: POSITIVE = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// leg_cap is a share of at_least, leg_most a volume of its own. Without either, group volume counts as it is, even
// where one leg alone exceeds the figure. With own = false the legs must bring it all. With best_legs only that many
// legs count, those with the most volume, each as far as the cap lets it: another leg counts nothing now, and could count
// what it brings over the last of the best.

WITH *,
  coalesce(rule.at_least * rule.leg_cap / 1000000, rule.leg_most) AS cap
WITH *,
  CASE
    WHEN rule.best_legs IS NOT NULL THEN reduce(counted = CASE
        WHEN NOT rule.own THEN 0
        WHEN rule.cap_own AND standing.personal_volume > cap THEN cap ELSE standing.personal_volume END,
      volume IN reduce(best = [], volume IN [leg IN legs | CASE WHEN leg.volume > cap THEN cap ELSE leg.volume END] |
        ([more IN best WHERE more >= volume] + [volume] + [less IN best WHERE less < volume])[..rule.best_legs]) | counted + volume)
    WHEN cap IS NULL THEN standing.group_volume - CASE WHEN rule.own THEN 0 ELSE standing.personal_volume END
    ELSE reduce(counted = CASE
        WHEN NOT rule.own THEN 0
        WHEN rule.cap_own AND standing.personal_volume > cap THEN cap ELSE standing.personal_volume END,
      leg IN legs | counted + CASE WHEN leg.volume > cap THEN cap ELSE leg.volume END) END AS volume,
  CASE WHEN rule.best_legs IS NOT NULL THEN reduce(best = [],
      volume IN [each IN legs | CASE WHEN each.volume > cap THEN cap ELSE each.volume END] |
      ([more IN best WHERE more >= volume] + [volume] + [less IN best WHERE less < volume])[..rule.best_legs])[rule.best_legs - 1] END AS least
RETURN
  rule.at_least AS required,
  volume AS actual,
  volume >= rule.at_least AS passes,
  CASE WHEN leg.volume < least THEN 0 WHEN leg.volume > cap THEN cap ELSE leg.volume END AS counts,
  CASE WHEN cap IS NULL THEN rule.at_least WHEN leg.volume < least THEN cap - least
    WHEN leg.volume > cap THEN 0 ELSE cap - leg.volume END AS room
