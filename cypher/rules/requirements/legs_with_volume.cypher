// Enough legs reach a group volume each.
//
// kind:    requirement
// params:  at_least: COUNT, volume: VOLUME
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

RETURN
  rule.at_least AS required,
  size([leg IN legs WHERE leg.volume >= rule.volume]) AS actual,
  size([leg IN legs WHERE leg.volume >= rule.volume]) >= rule.at_least AS passes,
  CASE WHEN leg.volume >= rule.volume THEN 1 ELSE 0 END AS counts,
  CASE WHEN leg.volume >= rule.volume THEN 0 ELSE 1 END AS room
