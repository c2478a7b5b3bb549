// Which ranks a member has been rewarded for, and for how many periods in a row each rank has been held.
//
// kind:    flow
// order:   any
// carries: yes
// params:  none
// returns: state: LIST<INTEGER>
//
// state: [highest rank rewarded before, highest rank rewarded now, periods at rank 1 or higher, at rank 2 or
// higher ...]. Qualified ranks count. An inactive member goes on holding, and is rewarded once active.

WITH standing, rule, before
WHERE standing.qualified_rank > 0 OR before IS NOT NULL
WITH standing, rule, coalesce(before[1], 0) AS rewarded, [rank IN range(1, size(rule.amounts) - 1) |
  CASE WHEN standing.qualified_rank >= rank THEN coalesce(before[rank + 1], 0) + 1 ELSE 0 END] AS held
WITH rewarded, held, CASE WHEN standing.active THEN coalesce(
  [rank IN range(size(held), 1, -1) WHERE held[rank - 1] >= rule.held][0], 0) ELSE 0 END AS reached
RETURN [rewarded, CASE WHEN reached > rewarded THEN reached ELSE rewarded END] + held AS state
