// No compression: every ancestor consumes a level, paid or not; what is not paid stays with the company.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN true AS keeps, 'kept' AS reason, 0 AS figure, 0 AS needed
