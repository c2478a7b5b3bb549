// Forced matrix: the first free place below the sponsor, level by level and left to right.
//
// kind:    placement
// params:  width: DEPTH, depth: DEPTH = null
// returns: parent: NODE, leg: STRING
//
// Legs are numbered from 1; left and right are the first two. Left to right is by leg, then by the day of placement,
// then by member_id. Whoever is placed there without a leg takes a place too. With a depth only so many levels
// below the sponsor are filled.

WITH rule, reduce(search = {level: [sponsor], parent: null}, step IN range(1, coalesce(rule.depth, 64)) |
  CASE WHEN search.parent IS NOT NULL OR size(search.level) = 0 THEN search ELSE {
    parent: head([member IN search.level WHERE COUNT { (member)<-[:PLACED_UNDER]-(:Member) } < rule.width]),
    level: reduce(next = [], member IN search.level | next + COLLECT {
      MATCH (member)<-[edge:PLACED_UNDER]-(below:Member)
      WITH below, edge, CASE toLower(edge.leg)
        WHEN 'l' THEN 1 WHEN 'left' THEN 1 WHEN 'r' THEN 2 WHEN 'right' THEN 2 ELSE toIntegerOrNull(edge.leg) END AS place
      RETURN below ORDER BY place, edge.leg, edge.since, below.member_id
    })
  } END).parent AS parent
WITH rule, parent
WHERE parent IS NOT NULL
WITH rule, parent, COLLECT {
  MATCH (parent)<-[edge:PLACED_UNDER]-(:Member) WHERE edge.leg IS NOT NULL
  RETURN CASE toLower(edge.leg)
    WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE edge.leg END
} AS taken
RETURN parent, toString([place IN range(1, rule.width) WHERE NOT toString(place) IN taken][0]) AS leg
