// Enough legs reach a group volume each.
//
// kind:    requirement
// params:  at_least: COUNT, volume: VOLUME
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

WITH *,
  size([leg IN legs WHERE leg.volume >= rule.volume]) AS found,
  CASE WHEN leg.volume >= rule.volume THEN 1 ELSE 0 END AS counts
RETURN rule.at_least AS required, found AS actual, found >= rule.at_least AS passes, counts, 1 - counts AS room
