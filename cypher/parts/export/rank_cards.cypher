// The rank cards of some levels as rows: per member, rank and requirement.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER, ranks: LIST<MAP>
// returns: rows: LIST<LIST<ANY>>
// insert:  required, actual, passes, leg, sponsored, reached

MATCH (standing:Standing {run: $run})
WHERE standing.depth >= $first AND standing.depth <= $last
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored ORDER BY standing.depth, standing.member_id
UNWIND range(1, size($ranks)) AS rank
UNWIND range(0, size($ranks[rank - 1].requirements) - 1) AS place
WITH standing, legs, sponsored, rank, place, $ranks[rank - 1].requirements[place] AS rule, <<reached>> AS reached
RETURN collect([standing.member_id, rank, place, <<required>>, <<actual>>, <<passes>>]) AS rows
