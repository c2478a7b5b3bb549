// The rank cards of some standings, as rows by member, rank and requirement's place: those, required, actual, passes.
//
// mode:    read
// params:  ranks: LIST<MAP>
// returns: rows: LIST<LIST<ANY>>
// insert:  chosen, required, actual, passes, leg, sponsored, reached

<<chosen>>
CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored ORDER BY standing.depth, standing.member_id
UNWIND range(1, size($ranks)) AS rank
UNWIND range(0, size($ranks[rank - 1].requirements) - 1) AS place
WITH standing, legs, sponsored, rank, place, $ranks[rank - 1].requirements[place] AS rule, <<reached>> AS reached
RETURN collect([standing.member_id, rank, place, <<required>>, <<actual>>, <<passes>>]) AS rows
