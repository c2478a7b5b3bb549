// On the first level below the sponsor that is not full, the member above it with the fewest below, left to right:
// `parent`, by looking at every level.
//
// mode:    fragment
// params:  none
// returns: none

WITH rule, reduce(search = {level: [sponsor], parent: null}, step IN range(1, coalesce(rule.depth, 64)) |
  CASE WHEN search.parent IS NOT NULL OR size(search.level) = 0 THEN search ELSE {
    parent: reduce(least = {member: null, below: rule.width}, each IN [
      member IN search.level | {member: member, below: COUNT {
      MATCH (member)<-[edge:PLACED_UNDER|WILL_PLACED_UNDER]-(:Member)
      RETURN DISTINCT coalesce(CASE toLower(edge.leg)
        WHEN 'l' THEN '1' WHEN 'left' THEN '1' WHEN 'r' THEN '2' WHEN 'right' THEN '2' ELSE toLower(edge.leg)
      END, elementId(edge)) AS place
    }}
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
