// Enough active members directly below.
//
// kind:    requirement
// needs:   heads_inactive(through=inactive), heads_terminated(through=terminated)
// params:  at_least: COUNT, through: ONE_OF<none|terminated|inactive> = none, each: BOOLEAN = false
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN, counts: INTEGER, room: INTEGER
//
// Leg qualification: a leg headed by a terminated member or a customer (or by any inactive one) counts through the members
// below, once if anybody there is active, or by option once for each of the nearest active ones.

WITH *,
  reduce(found = 0, leg IN legs | found + CASE WHEN leg.active THEN 1
    WHEN rule.through = 'inactive' THEN CASE WHEN rule.each OR leg.heads_inactive < 1 THEN leg.heads_inactive ELSE 1 END
    WHEN rule.through = 'terminated' THEN CASE WHEN rule.each OR leg.heads_terminated < 1 THEN leg.heads_terminated ELSE 1 END
    ELSE 0 END) AS found,
  CASE WHEN leg.active THEN 1
    WHEN rule.through = 'inactive' THEN CASE WHEN rule.each OR leg.heads_inactive < 1 THEN leg.heads_inactive ELSE 1 END
    WHEN rule.through = 'terminated' THEN CASE WHEN rule.each OR leg.heads_terminated < 1 THEN leg.heads_terminated ELSE 1 END
    ELSE 0 END AS counts
RETURN
  rule.at_least AS required,
  found AS actual,
  found >= rule.at_least AS passes,
  counts,
  CASE WHEN counts > 0 THEN 0 ELSE 1 END AS room
