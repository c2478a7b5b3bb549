// On the first level below the sponsor that is not full, the member above it with the fewest below, left to right:
// `parent`, by the gaps that are kept.
//
// mode:    fragment
// params:  none
// returns: none

WITH sponsor, rule, 'gap_' + toString(rule.width) AS gap
WITH sponsor, rule, gap, coalesce(sponsor[gap], rule.width) AS distance
WHERE distance / rule.width <= coalesce(rule.depth, 64)
WITH rule, reduce(at = sponsor, step IN range(1, distance / rule.width - 1) | head(COLLECT {
  MATCH (at)<-[edge:PLACED_UNDER]-(below:Member)
  WHERE coalesce(below[gap], rule.width) = distance - step * rule.width
  WITH below, edge, CASE toLower(edge.leg)
    WHEN 'l' THEN 1 WHEN 'left' THEN 1 WHEN 'r' THEN 2 WHEN 'right' THEN 2 ELSE toIntegerOrNull(edge.leg) END AS place
  RETURN below ORDER BY place, edge.leg, edge.since, below.member_id LIMIT 1
})) AS parent
