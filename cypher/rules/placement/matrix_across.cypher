// Forced matrix filled across: each member of a level gets a first place below before anybody there gets a second.
//
// kind:    placement
// params:  width: DEPTH, depth: DEPTH = null
// returns: parent: NODE, leg: STRING
//
// The first level below the sponsor that is not full is filled round by round: of the members above it whoever has the
// fewest places taken is next, left to right. Left to right, legs and `depth` are those of matrix.

<<first_fewest>>
WITH rule, parent, COLLECT {
  MATCH (parent)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member) WHERE edge.leg IS NOT NULL
  RETURN CASE toLower(edge.leg)
    WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE edge.leg END
} AS taken
RETURN parent, toString([place IN range(1, rule.width) WHERE NOT toString(place) IN taken][0]) AS leg
