// Members who are inactive or below a fixed rank count as absent, whoever receives.
//
// kind:    compression
// params:  rank: RANK
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.active AND standing.rank >= rule.rank AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status
       WHEN NOT standing.active THEN 'inactive' ELSE 'rank' END AS reason,
  CASE WHEN standing.active THEN standing.rank ELSE standing.personal_volume END AS figure,
  CASE WHEN standing.active THEN rule.rank ELSE coalesce(standing.floor, rule.floor) END AS needed
