// Dynamic compression: each level goes to the next ancestor who is active and whose rank earns that very level.
//
// kind:    compression
// levels:  each
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER
//
// rule.earns is a list by rank: whether that rank earns the level in question. Levels that the same ranks
// earn share one overlay.

RETURN
  standing.active AND rule.earns[standing.rank] AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status
       WHEN NOT standing.active THEN 'inactive' ELSE 'rank' END AS reason,
  CASE WHEN standing.active THEN standing.rank ELSE standing.personal_volume END AS figure,
  CASE WHEN standing.active THEN 0 ELSE rule.floor END AS needed
