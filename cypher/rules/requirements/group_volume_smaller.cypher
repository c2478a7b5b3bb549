// Group volume reaches a figure, and everything but the largest leg reaches its own share of that figure.
//
// kind:    requirement
// params:  at_least: VOLUME, max_leg: SHARE, with_own: BOOLEAN = false
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// The other legs together (with_own: and own volume) must reach at_least x (1 - max_leg). What they lack of
// that is taken off what counts, so that the card shows how much is missing.

WITH *,
  (rule.at_least * (1000000 - rule.max_leg) + 999999) / 1000000 AS needed,
  reduce(total = CASE WHEN rule.with_own THEN standing.personal_volume ELSE 0 END, leg IN legs | total + leg.volume)
    - reduce(most = coalesce(legs[0].volume, 0), leg IN legs | CASE WHEN leg.volume > most THEN leg.volume ELSE most END) AS others
WITH *, needed - others AS short
RETURN
  rule.at_least AS required,
  CASE WHEN short <= 0 OR standing.group_volume < rule.at_least - short
    THEN standing.group_volume ELSE rule.at_least - short END AS actual,
  standing.group_volume >= rule.at_least AND others >= needed AS passes,
  leg.volume AS counts,
  rule.at_least AS room
