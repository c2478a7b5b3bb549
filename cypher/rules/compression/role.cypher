// Role push-up: a share that is due to a role goes to the nearest active ancestor who holds it or a higher one.
//
// kind:    compression
// levels:  each
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER
//
// rule.earns is a list by rank: whether that rank is the role in question or a higher one; rule.meets, where a bonus
// requires something of its payees, names the property of those who meet it.

RETURN
  standing.active AND rule.earns[standing.rank] AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL) AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status
       WHEN NOT standing.active THEN 'inactive'
       WHEN NOT rule.earns[standing.rank] THEN 'rank' ELSE 'requirement' END AS reason,
  CASE WHEN NOT standing.active THEN standing.personal_volume
       WHEN NOT rule.earns[standing.rank] THEN standing.rank ELSE 0 END AS figure,
  CASE WHEN standing.active THEN CASE WHEN rule.earns[standing.rank] THEN 1 ELSE 0 END ELSE coalesce(standing.floor, rule.floor) END AS needed
