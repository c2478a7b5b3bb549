// Describe in one sentence who keeps a place.
//
// kind:    compression
// params:  at_least: VOLUME = 50
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.active AND standing.personal_volume >= rule.at_least AS keeps,
  'volume' AS reason,
  standing.personal_volume AS figure,
  rule.at_least AS needed
