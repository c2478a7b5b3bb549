// The rank card of one member: per rank and requirement what is required, what is there, and the legs.
//
// mode:    read
// params:  run: INTEGER, member_id: STRING, ranks: LIST<MAP>
// returns: rank: INTEGER, place: INTEGER, required: INTEGER, actual: INTEGER, passes: BOOLEAN
// insert:  required, actual, passes, leg, sponsored, reached

MATCH (standing:Standing {member_id: $member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored
UNWIND range(1, size($ranks)) AS rank
UNWIND range(0, size($ranks[rank - 1].requirements) - 1) AS place
WITH standing, legs, sponsored, rank, place, $ranks[rank - 1].requirements[place] AS rule, <<reached>> AS reached
RETURN rank, place, <<required>> AS required, <<actual>> AS actual, <<passes>> AS passes
ORDER BY rank, place
