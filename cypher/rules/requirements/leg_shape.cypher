// The largest leg, the second largest and all others together reach a figure each.
//
// kind:    requirement
// params:  largest: VOLUME = 0, second: VOLUME = 0, rest: VOLUME = 0
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// Each part counts at most what it needs. Legs below 0 are never the largest: they lessen the rest. Own volume is in
// no leg.

WITH *,
  rule.largest + rule.second + rule.rest AS required,
  reduce(top = [0, 0, standing.group_volume - standing.personal_volume], leg IN legs | CASE
    WHEN leg.volume > top[0] THEN [leg.volume, top[0], top[2] - leg.volume + top[1]]
    WHEN leg.volume > top[1] THEN [top[0], leg.volume, top[2] - leg.volume + top[1]] ELSE top END) AS parts
WITH *,
  CASE WHEN parts[0] < rule.largest THEN parts[0] ELSE rule.largest END
    + CASE WHEN parts[1] < rule.second THEN parts[1] ELSE rule.second END
    + CASE WHEN parts[2] < rule.rest THEN parts[2] ELSE rule.rest END AS volume
RETURN required, volume AS actual, volume >= required AS passes, leg.volume AS counts, required AS room
