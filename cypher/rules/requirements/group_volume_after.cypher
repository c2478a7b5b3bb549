// Group volume after breakaway reaches a figure: legs headed by a leader, and those below leaders, do not count.
//
// kind:    requirement
// params:  at_least: VOLUME, border: RANK
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// A leader is an active member who is paid as the border rank or a higher one.

WITH *,
  standing.personal_volume + reduce(total = 0, leg IN legs | total
    + CASE WHEN leg.active AND leg.rank >= rule.border THEN 0 ELSE leg.volumes_after[rule.border] END) AS volume,
  leg.active AND leg.rank >= rule.border AS leads
RETURN
  rule.at_least AS required,
  volume AS actual,
  volume >= rule.at_least AS passes,
  CASE WHEN leads THEN 0 ELSE leg.volumes_after[rule.border] END AS counts,
  CASE WHEN leads THEN 0 ELSE rule.at_least END AS room
