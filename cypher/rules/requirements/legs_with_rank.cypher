// Enough legs hold a member of a rank or higher, anywhere in the leg or near its top; a leg counts once.
//
// kind:    requirement
// params:  rank: RANK, at_least: COUNT, levels: DEPTH = null
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// levels: how far below the member that one may be; with 1 it is the frontline member. Qualified ranks count.

WITH *,
  size([leg IN legs WHERE CASE WHEN rule.levels IS NULL THEN leg.best_rank ELSE coalesce(leg.best_ranks[rule.levels - 1], 0) END >= rule.rank]) AS found,
  CASE WHEN CASE WHEN rule.levels IS NULL THEN leg.best_rank ELSE coalesce(leg.best_ranks[rule.levels - 1], 0) END >= rule.rank
    THEN 1 ELSE 0 END AS counts
RETURN rule.at_least AS required, found AS actual, found >= rule.at_least AS passes, counts, 1 - counts AS room
