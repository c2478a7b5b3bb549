// The first member of whom a push rule says something that is not of its column's type.
//
// mode:    read
// params:  run: INTEGER, rule: MAP
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING
// insert:  receives, volume, reason
//
// It is asked before any volume moves.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH standing, $rule AS rule
WITH standing.member_id AS member_id, <<receives>> AS receives, <<volume>> AS volume, <<reason>> AS reason
WITH member_id, [
  ['receives', receives, receives IS :: BOOLEAN NOT NULL], ['volume', volume, volume IS :: INTEGER NOT NULL],
  ['reason', reason, reason IS :: STRING]] AS figures
UNWIND figures AS figure
WITH member_id, figure[0] AS column, figure[1] AS value, figure[2] AS fits
WHERE NOT fits
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id, column LIMIT 1
