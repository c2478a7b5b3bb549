// The first member below the sponsor whose left or right leg is free, level by level and left to right: `parent`, by
// the gaps that are kept.
//
// mode:    fragment
// params:  none
// returns: none

WITH sponsor, rule, coalesce(sponsor.gap_legs, 2) / 2 AS levels
WHERE levels <= coalesce(rule.depth, 64)
WITH reduce(at = sponsor, step IN range(1, levels - 1) | head(COLLECT {
  MATCH (at)<-[edge:PLACED_UNDER]-(below:Member)
  WHERE toLower(edge.leg) IN ['l', 'left', '1', 'r', 'right', '2'] AND coalesce(below.gap_legs, 2) / 2 = levels - step
  RETURN below ORDER BY toLower(edge.leg) IN ['r', 'right', '2'] LIMIT 1
})) AS parent
