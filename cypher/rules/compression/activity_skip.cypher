// Standard compression: levels are numbered over members who are active in the period, as deep as needed.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.active AS keeps,
  CASE WHEN standing.status <> 'active' THEN standing.status ELSE 'inactive' END AS reason,
  standing.personal_volume AS figure,
  coalesce(standing.floor, rule.floor) AS needed
