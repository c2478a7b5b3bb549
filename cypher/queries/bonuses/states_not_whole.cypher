// The first state of a flow that is not as its header says, by member.
//
// mode:    read
// params:  run: INTEGER
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0 AND standing.state_not_kept IS NOT NULL
WITH standing.member_id AS member_id, standing.state_not_kept AS state
RETURN member_id, 'state' AS column, state[0] AS value, state[1] AS type
ORDER BY member_id LIMIT 1
