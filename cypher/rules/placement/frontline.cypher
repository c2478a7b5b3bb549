// Directly below the sponsor, in the first leg that is free; with a width only as long as there is room.
//
// kind:    placement
// params:  width: DEPTH = null, legs: ONE_OF<numbered|none> = numbered
// returns: parent: NODE, leg: STRING
//
// Legs are numbered from 1; left and right are the first two. With legs = none the place has no leg, as everybody's in a
// company without legs.

WITH sponsor, rule, COUNT { (sponsor)<-[:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) } AS below, COLLECT {
  MATCH (sponsor)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) WHERE edge.leg IS NOT NULL
  RETURN CASE toLower(edge.leg)
    WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE edge.leg END
} AS taken
WHERE below < coalesce(rule.width, below + 1)
RETURN sponsor AS parent, CASE rule.legs WHEN 'numbered'
  THEN toString([place IN range(1, below + 1) WHERE NOT toString(place) IN taken][0]) ELSE '' END AS leg
