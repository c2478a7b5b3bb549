// Mark one standing that meets the requirements of a bonus, under the bonus's own name.
//
// mode:    fragment
// params:  ways: LIST<LIST<MAP>>, state: STRING
// returns: none
// insert:  passes, leg, sponsored

CALL (standing) {
  OPTIONAL MATCH (standing)<-[:UNDER]-(below)
  RETURN collect(CASE WHEN below IS NULL THEN null ELSE {<<leg>>} END) AS legs
}
WITH standing, legs, <<sponsored>> AS sponsored, standing.qualified_rank AS reached
WHERE any(way IN $ways WHERE all(rule IN way WHERE <<passes>>))
SET standing[$state] = [1]
