// The first figure of a bonus that is no whole number, by the member that its line comes from.
//
// mode:    read
// params:  run: INTEGER
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING
// insert:  sources, lines, base

MATCH (source:Standing {run: $run})
USING INDEX SEEK source:Standing(run, depth)
WHERE source.depth >= 0 AND <<sources>>
<<lines>>
WITH source, [['level', level], ['rate', rate], ['budget', budget], ['base', <<base>>]] AS figures
UNWIND figures AS figure
WITH source.member_id AS member_id, figure[0] AS column, figure[1] AS value
WHERE NOT value IS :: INTEGER NOT NULL
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id, column, value LIMIT 1
