// Forced matrix filled across: each member of a level gets a first place below before anybody there gets a second.
//
// kind:    placement
// params:  width: DEPTH, depth: DEPTH = null
// returns: parent: NODE, leg: STRING
//
// The first level below the sponsor that is not full is filled round by round: of the members above it whoever has the
// fewest places taken is next, left to right. Left to right, legs and `depth` are those of matrix.

WITH rule, reduce(search = {level: [sponsor], parent: null}, step IN range(1, coalesce(rule.depth, 64)) |
  CASE WHEN search.parent IS NOT NULL OR size(search.level) = 0 THEN search ELSE {
    parent: reduce(least = {member: null, below: rule.width}, each IN [
      member IN search.level | {member: member, below: COUNT { (member)<-[:PLACED_UNDER]-(:Member) }}
    ] | CASE WHEN each.below < least.below THEN each ELSE least END).member,
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
