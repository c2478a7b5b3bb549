// Enough active members below, in the whole group or in the next levels of it.
//
// kind:    requirement
// needs:   group_actives, team_actives(levels)
// params:  at_least: COUNT, levels: DEPTH = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN
//
// The member is not counted. Levels are those of the real tree.

WITH *,
  CASE WHEN rule.levels IS NULL THEN standing.group_actives - CASE WHEN standing.active THEN 1 ELSE 0 END
    ELSE reduce(total = 0, level IN range(1, rule.levels) | total + coalesce(standing.team_actives[level], 0)) END AS members
RETURN rule.at_least AS required, members AS actual, members >= rule.at_least AS passes
