// Active members with both legs, and which of those legs hold an active member whom they sponsor in person.
//
// mode:    read
// params:  run: INTEGER, first: INTEGER, last: INTEGER
// returns: standings: LIST<INTEGER>, legs: LIST<LIST<INTEGER>>
// insert:  recruits
//
// Nothing is matched for anybody else, so it makes no difference.

MATCH (standing:Standing {run: $run})
USING INDEX SEEK standing:Standing(run, depth)
WHERE $first <= standing.depth <= $last AND standing.active AND COUNT { (standing)<-[:UNDER]-() } > 1
<<recruits>>
WITH standing, collect(recruited.span_first) AS sought
WITH standing, COLLECT {
  MATCH (standing)<-[:UNDER]-(leg)
  WHERE any(number IN sought WHERE leg.span_first <= number < leg.span_end)
  RETURN id(leg)
} AS legs
WHERE size(legs) > 0
RETURN collect(id(standing)) AS standings, collect(legs) AS legs
