// Describe in one sentence who receives volume that is pushed up, and how much leaves the others.
//
// kind:    push
// params:  at_least: VOLUME = 50
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING

RETURN
  standing.active AND standing.personal_volume >= rule.at_least AS receives,
  standing.personal_volume AS volume,
  CASE WHEN standing.active THEN 'personal_volume' ELSE 'inactive' END AS reason
