// Volume push-up: the personal volume of whoever misses a floor goes to the nearest one above who meets it.
//
// kind:    push
// params:  at_least: VOLUME = null
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING
//
// The test is on own, uncompressed volume; without at_least it is the plan's activity. Suspended and terminated
// members never receive. The engine finds the receiver, keeps each transfer and reports what finds none.

RETURN
  standing.status = 'active' AND
    CASE WHEN rule.at_least IS NULL THEN standing.active ELSE standing.personal_volume >= rule.at_least END AS receives,
  standing.personal_volume AS volume,
  CASE WHEN standing.status <> 'active' THEN standing.status ELSE 'personal_volume' END AS reason
