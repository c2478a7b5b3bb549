// The first value of a bonus's lines that is not of its column's type, by the member that the line comes from.
//
// mode:    read
// params:  run: INTEGER
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING
// insert:  sources, lines, base, payee, origin

MATCH (source:Standing {run: $run})
USING INDEX SEEK source:Standing(run, depth)
WHERE source.depth >= 0 AND <<sources>>
<<lines>>
WITH CASE WHEN source IS :: NODE NOT NULL THEN coalesce(source.member_id, 'somebody') ELSE 'somebody' END AS member_id, [
  ['payee', payee, <<payee>>], ['origin', source, <<origin>>],
  ['level', level, level IS :: INTEGER NOT NULL AND 0 <= level <= 1000000000],
  ['rate', rate, rate IS :: INTEGER NOT NULL AND rate >= 0 AND (rate = 0 OR payee IS NOT NULL)],
  ['budget', budget, budget IS :: INTEGER NOT NULL],
  ['base', <<base>>, <<base>> IS :: INTEGER NOT NULL],
  ['reason', reason, reason IS :: STRING]] AS figures
UNWIND figures AS figure
WITH member_id, figure[0] AS column, figure[1] AS value, figure[2] AS fits
WHERE NOT fits
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id, column, value LIMIT 1
