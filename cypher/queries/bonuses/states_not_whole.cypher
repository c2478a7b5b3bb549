// The first state of a flow that is no list of whole numbers, by member.
//
// mode:    read
// params:  run: INTEGER, state: STRING
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing[$state] IS NOT NULL AND NOT standing[$state] IS :: LIST<INTEGER NOT NULL> NOT NULL
WITH standing.member_id AS member_id, standing[$state] AS value
RETURN member_id, 'state' AS column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id LIMIT 1
