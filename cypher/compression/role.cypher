// Role push-up: a share that is due to a role goes to the nearest active ancestor who holds it or a higher one.
//
// kind:    compression
// levels:  each
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER
//
// rule.earns is a list by rank: whether that rank is the role in question or a higher one.

RETURN
  standing.active AND rule.earns[standing.rank] AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status
       WHEN NOT standing.active THEN 'inactive' ELSE 'rank' END AS reason,
  CASE WHEN standing.active THEN standing.rank ELSE standing.personal_volume END AS figure,
  CASE WHEN standing.active THEN 0 ELSE rule.floor END AS needed
