// Accounts that are terminated, or have become customers, do not consume a level; inactive members do.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN
  NOT standing.status IN ['terminated', 'customer'] AS keeps,
  standing.status AS reason,
  0 AS figure,
  0 AS needed
