// Which ranks a member has been rewarded for, and for how many periods in a row each rank has been held.
//
// kind:    flow
// order:   any
// carries: yes
// params:  none
// returns: state: LIST<INTEGER>
// shows:   rewarded_before: RANK = state[0], rewarded_now: RANK = state[1], periods_held_by_rank: COUNTS = state[2..1 + size(rule.amounts)]
//
// state: [highest rank rewarded before, highest rank rewarded now, periods at rank 1 or higher, at rank 2 or
// higher ..., parts of rank 1's amount that are used up, of rank 2's ..., the part of rank 1's amount that is due now (0
// none, negative: lost), of rank 2's ...]. Qualified ranks count. An inactive member, or one who misses what the
// bonus requires, goes on holding, and is rewarded once that is mended.

WITH standing, rule, before
WHERE standing.qualified_rank > 0 OR before IS NOT NULL
WITH standing, rule, before,
  standing.active AND (rule.meets IS NULL OR standing[rule.meets] IS NOT NULL) AS able
WITH standing, rule, before, able, coalesce(before[1], 0) AS rewarded, [rank IN range(1, size(rule.amounts) - 1) |
  CASE WHEN standing.qualified_rank >= rank THEN coalesce(before[rank + 1], 0) + 1 ELSE 0 END] AS held
WITH standing, rule, before, able, rewarded, held, CASE WHEN able THEN coalesce(
  [rank IN range(size(held), 1, -1) WHERE held[rank - 1] >= rule.held][0], 0) ELSE 0 END AS reached
WITH rule, rewarded, held, CASE WHEN reached > rewarded THEN reached ELSE rewarded END AS now,
  [rank IN range(1, size(held)) | CASE
    WHEN rank > rewarded AND (rank = reached OR (rank < reached AND rule.pay_skipped)) THEN [1, 1]
    WHEN NOT 0 < coalesce(before[1 + size(held) + rank], 0) < rule.instalments
    THEN [coalesce(before[1 + size(held) + rank], 0), 0]
    WHEN rule.missed = 'pay' OR (able AND standing.qualified_rank >= rank)
    THEN [before[1 + size(held) + rank] + 1, before[1 + size(held) + rank] + 1]
    WHEN rule.missed = 'lose' THEN [before[1 + size(held) + rank] + 1, -before[1 + size(held) + rank] - 1]
    ELSE [before[1 + size(held) + rank], 0] END] AS parts
RETURN [rewarded, now] + held + [part IN parts | part[0]] + [part IN parts | part[1]] AS state
