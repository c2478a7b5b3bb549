// Enough legs hold a member of a rank or higher, anywhere in the leg; a leg counts once.
//
// kind:    requirement
// params:  rank: RANK, at_least: COUNT
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

RETURN
  rule.at_least AS required,
  size([leg IN legs WHERE leg.best_rank >= rule.rank]) AS actual,
  size([leg IN legs WHERE leg.best_rank >= rule.rank]) >= rule.at_least AS passes,
  CASE WHEN leg.best_rank >= rule.rank THEN 1 ELSE 0 END AS counts,
  CASE WHEN leg.best_rank >= rule.rank THEN 0 ELSE 1 END AS room
