// The first figure that a flow shows of its state which is not of the type that its header says, by member.
//
// mode:    read
// params:  run: INTEGER, state: STRING, rule: MAP
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING, expected: STRING
// insert:  figures

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing[$state] IS NOT NULL
WITH standing, standing[$state] AS state, $rule AS rule
WITH standing.member_id AS member_id, [<<figures>>] AS figures
UNWIND figures AS figure
WITH member_id, figure[0] AS column, figure[1] AS value, figure[2] AS fits, figure[3] AS expected
WHERE NOT fits
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type, expected
ORDER BY member_id, column LIMIT 1
