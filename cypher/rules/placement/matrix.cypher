// Forced matrix: the first free place below the sponsor, level by level and left to right.
//
// kind:    placement
// params:  width: DEPTH, depth: DEPTH = null
// returns: parent: NODE, leg: STRING
//
// Legs are numbered from 1; left and right are the first two. Left to right is by leg, then by the day of placement,
// then by member_id. Whoever is placed there without a leg takes a place too. With a depth only so many levels
// below the sponsor are filled.

<<first_free>>
WITH rule, parent, COLLECT {
  MATCH (parent)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) WHERE edge.leg IS NOT NULL
  RETURN CASE toLower(edge.leg)
    WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE edge.leg END
} AS taken
RETURN parent, toString([place IN range(1, rule.width) WHERE NOT toString(place) IN taken][0]) AS leg
