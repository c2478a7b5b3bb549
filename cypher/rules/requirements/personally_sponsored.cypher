// Enough members sponsored in person, wherever they are placed, reach a volume of their own, or a rank.
//
// kind:    requirement
// needs:   group_span(per_leg), group_span(rank)
// params:  at_least: COUNT, pv: VOLUME = 0, active: BOOLEAN = true, per_leg: POSITIVE = null, rank: RANK = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// With per_leg each leg of the plan's main tree counts so many of them at most: at least 2 with 1 per leg is one on each
// side of a binary, at least 4 with 2 per leg two on each. With rank they must have qualified for it or a higher one.
// Ranks are decided bottom up in the main tree, so with either whoever is placed outside of the group counts for nothing.

WITH *,
  [recruit IN sponsored WHERE (recruit.active OR NOT rule.active) AND recruit.personal_volume >= rule.pv
    AND (rule.rank IS NULL OR recruit.qualified_rank >= rule.rank
      AND recruit.group_span[0] > standing.group_span[0] AND recruit.group_span[0] < standing.group_span[1])] AS fit
WITH *,
  CASE WHEN rule.per_leg IS NULL THEN size(fit)
    ELSE reduce(found = 0, leg IN legs | found + [there IN [size([recruit IN fit WHERE
        recruit.group_span[0] >= leg.group_span[0] AND recruit.group_span[0] < leg.group_span[1]])] |
      CASE WHEN there > rule.per_leg THEN rule.per_leg ELSE there END][0]) END AS recruits,
  CASE WHEN (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv
    AND (rule.rank IS NULL OR leg.qualified_rank >= rule.rank
      AND leg.group_span[0] > standing.group_span[0] AND leg.group_span[0] < standing.group_span[1]) THEN 1 ELSE 0 END AS counts
RETURN
  rule.at_least AS required,
  recruits AS actual,
  recruits >= rule.at_least AS passes,
  counts,
  CASE WHEN counts = 1 THEN 0
    WHEN (rule.rank IS NOT NULL OR rule.per_leg IS NOT NULL) AND (leg.group_span[0] < standing.group_span[0]
      OR leg.group_span[0] >= standing.group_span[1]) THEN 0
    ELSE 1 END AS room
