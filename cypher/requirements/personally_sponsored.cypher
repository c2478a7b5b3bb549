// Enough members sponsored in person, wherever they are placed, reach a volume of their own.
//
// kind:    requirement
// needs:   group_root(per_leg), group_size(per_leg), group_start(per_leg)
// params:  at_least: COUNT, pv: VOLUME = 0, active: BOOLEAN = true, per_leg: POSITIVE = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// With per_leg each leg of the plan's main tree counts so many of them at most, and who is placed elsewhere counts
// for nothing: at least 2 with 1 per leg is one on each side of a binary, at least 4 with 2 per leg two on each.

RETURN
  rule.at_least AS required,
  CASE WHEN rule.per_leg IS NULL
    THEN size([leg IN sponsored WHERE (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv])
    ELSE reduce(found = 0, leg IN legs | found + [there IN [size([recruit IN sponsored WHERE
        (recruit.active OR NOT rule.active) AND recruit.personal_volume >= rule.pv
        AND recruit.group_root = standing.group_root AND recruit.group_start >= leg.group_start
        AND recruit.group_start < leg.group_start + leg.group_size])] |
      CASE WHEN there > rule.per_leg THEN rule.per_leg ELSE there END][0]) END AS actual,
  CASE WHEN rule.per_leg IS NULL
    THEN size([leg IN sponsored WHERE (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv])
    ELSE reduce(found = 0, leg IN legs | found + [there IN [size([recruit IN sponsored WHERE
        (recruit.active OR NOT rule.active) AND recruit.personal_volume >= rule.pv
        AND recruit.group_root = standing.group_root AND recruit.group_start >= leg.group_start
        AND recruit.group_start < leg.group_start + leg.group_size])] |
      CASE WHEN there > rule.per_leg THEN rule.per_leg ELSE there END][0]) END >= rule.at_least AS passes,
  CASE WHEN (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv THEN 1 ELSE 0 END AS counts,
  CASE WHEN (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv THEN 0 ELSE 1 END AS room
