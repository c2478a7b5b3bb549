// The first member of whom a requirement rule says something that is not of its column's type.
//
// mode:    read
// params:  run: INTEGER, required: LIST<MAP>
// returns: member_id: STRING, column: STRING, value: STRING, type: STRING
// insert:  required, actual, passes, leg, sponsored, reached, counted, counts, room
//
// What it says of each leg counts too, or of each member sponsored in person, where it says anything of those.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE standing.depth >= 0
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored, <<reached>> AS reached
UNWIND $required AS rule
WITH standing.member_id AS member_id, <<required>> AS required, <<actual>> AS actual, <<passes>> AS passes,
  [leg IN <<counted>> | [<<counts>>, <<room>>]] AS of_legs
WITH member_id, [
  ['required', required, required IS :: INTEGER NOT NULL], ['actual', actual, actual IS :: INTEGER NOT NULL],
  ['passes', passes, passes IS :: BOOLEAN NOT NULL]]
  + [each IN of_legs | ['counts', each[0], each[0] IS :: INTEGER]]
  + [each IN of_legs | ['room', each[1], each[0] IS NULL OR each[1] IS :: INTEGER NOT NULL]] AS figures
UNWIND figures AS figure
WITH member_id, figure[0] AS column, figure[1] AS value, figure[2] AS fits
WHERE NOT fits
RETURN member_id, column, toStringOrNull(value) AS value, valueType(value) AS type
ORDER BY member_id, column LIMIT 1
