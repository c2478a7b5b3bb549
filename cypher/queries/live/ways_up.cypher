// The ways up from some standings, each of at most so many: the store's numbers, the standing's own first.
//
// mode:    read
// params:  standings: LIST<INTEGER>, most: INTEGER
// returns: ways: LIST<LIST<INTEGER>>

UNWIND $standings AS number
MATCH (start)
WHERE id(start) = number
CALL (start) {
  MATCH (start)-[:UNDER*0..]->(above)
  WITH above LIMIT $most
  RETURN collect(id(above)) AS way
}
RETURN collect(way) AS ways
