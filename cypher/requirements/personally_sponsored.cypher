// Enough members sponsored in person, wherever they are placed, reach a volume of their own.
//
// kind:    requirement
// params:  at_least: COUNT, pv: VOLUME = 0, active: BOOLEAN = true
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER

RETURN
  rule.at_least AS required,
  size([leg IN sponsored WHERE (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv]) AS actual,
  size([leg IN sponsored WHERE (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv]) >= rule.at_least AS passes,
  CASE WHEN (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv THEN 1 ELSE 0 END AS counts,
  CASE WHEN (leg.active OR NOT rule.active) AND leg.personal_volume >= rule.pv THEN 0 ELSE 1 END AS room
