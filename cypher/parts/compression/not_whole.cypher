// The first member of whom a compression rule says something that is not of its column's type.
//
// mode:    read
// params:  run: INTEGER, overlays: LIST<MAP>
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING
// insert:  keeps, reason, figure, needed
//
// A figure, and what is needed, are shown of members alone who do not keep their place.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
WITH standing.member_id AS member_id, <<keeps>> AS keeps, <<reason>> AS reason, <<figure>> AS figure, <<needed>> AS needed
WITH member_id, [
  ['keeps', keeps, keeps IS :: BOOLEAN NOT NULL],
  ['reason', reason, coalesce(keeps = true, false) OR reason IS :: STRING],
  ['figure', figure, coalesce(keeps = true, false) OR figure IS :: INTEGER NOT NULL],
  ['needed', needed, coalesce(keeps = true, false) OR needed IS :: INTEGER NOT NULL]] AS figures
UNWIND figures AS figure
WITH member_id, figure[0] AS column, figure[1] AS value, figure[2] AS fits
WHERE NOT fits
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id, column LIMIT 1
