// The rank cards of some members: per rank and requirement what is required and what is there.
//
// mode:    read
// params:  run: INTEGER, member_ids: LIST<STRING>, ranks: LIST<MAP>
// returns: member_id: STRING, rank: INTEGER, place: INTEGER, required: INTEGER, actual: INTEGER, passes: BOOLEAN
// insert:  required, actual, passes, leg, sponsored, reached

UNWIND $member_ids AS member_id
MATCH (standing:Standing {member_id: member_id, run: $run})
USING INDEX SEEK standing:Standing(member_id, run)
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored
UNWIND range(1, size($ranks)) AS rank
UNWIND range(0, size($ranks[rank - 1].requirements) - 1) AS place
WITH standing, legs, sponsored, rank, place, $ranks[rank - 1].requirements[place] AS rule, <<reached>> AS reached
RETURN standing.member_id AS member_id, rank, place, <<required>> AS required, <<actual>> AS actual,
  <<passes>> AS passes
ORDER BY member_id, rank, place
