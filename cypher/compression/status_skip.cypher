// Terminated accounts do not consume a level; inactive members do.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  standing.status <> 'terminated' AS keeps,
  'terminated' AS reason,
  0 AS figure,
  0 AS needed
